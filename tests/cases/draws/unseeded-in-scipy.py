# draws: yes
from scipy.stats import qmc

points = qmc.Sobol(2).random(4)  # unseeded
