import matplotlib.pyplot as plt

def show_grid(pictures, titles=(), columns=8, low=None, high=None, colours="gray_r"):
    rows = -(-len(pictures) // columns)  # divided and rounded up
    height = rows * (6.4 / columns + (0.3 if titles else 0))  # inches
    figure, panels = plt.subplots(
        rows, columns, figsize=(6.4, height), squeeze=False, layout="constrained")
    for panel in panels.flat:
        panel.axis("off")
    for panel, picture in zip(panels.flat, pictures):
        panel.imshow(picture, cmap=colours, vmin=low, vmax=high)
    for panel, title in zip(panels.flat, titles):
        panel.set_title(title)
    plt.show()
