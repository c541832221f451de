# draws: yes
import secrets

x = secrets.token_bytes(4)
