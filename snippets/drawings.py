# --8<-- [start:layers]
def draw_layers(names, rows, widths):
    figure, panel = plt.subplots(figsize=(4.8, 2.7), layout="constrained")
    for place, (columns, name) in enumerate(zip(widths, names)):
        left = 120 * place
        panel.add_patch(plt.Rectangle((left, 0), columns, 110, color="#6fae9f"))
        panel.text(left, 118, f"{name}\n{rows} × {columns}")
    for place, (height, columns) in enumerate(zip(widths, widths[1:])):
        left = 120 * place + 75
        panel.add_patch(
            plt.Rectangle((left, -20 - height), columns, height, color="#c9a66b"))
        panel.text(left, -14, f"W: {height} × {columns}")
        panel.annotate(
            "", (left + 42, 55), (left - 8, 55), arrowprops={"arrowstyle": "->"})
    panel.set(xlim=(-5, 120 * len(names) - 40), ylim=(-90, 160))
    panel.axis("off")
    plt.show()
# --8<-- [end:layers]
# --8<-- [start:window]
def mark_window(panel, row, column, size):  # a red square, its middle on this pixel
    corner = column - size / 2, row - size / 2
    panel.add_patch(plt.Rectangle(corner, size, size, fill=False, edgecolor="#b4462a",
                                  linewidth=2, clip_on=False))
# --8<-- [end:window]
