# draws: yes
import uuid

x = uuid.uuid4()
