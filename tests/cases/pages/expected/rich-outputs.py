# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "ipython==9.18.1",
#     "matplotlib==3.11.2",
#     "numpy==2.4.6",
#     "pillow==13.0.0",
# ]
# ///
#
# Rich outputs
# https://example.org/posts/rich-outputs/
# Code: MIT licence. Text: CC BY 4.0.

# %% [markdown]
# Every form in which a cell can show something.
#
# A table, as pandas writes it.

# %%
from IPython.display import HTML, JSON, SVG, Image, Latex, Markdown, Math, display

STYLE = """<style scoped>
    .dataframe tbody tr th:only-of-type { vertical-align: middle; }
    .dataframe thead th { text-align: right; }
</style>"""
COLUMNS = ["epoch", "loss", "accuracy"]
ROWS = [(1, 0.93, 0.51), (2, 0.41, 0.78), (3, 0.18, 0.94)]


class Table:
    def _repr_html_(self):
        head = "".join(f"\n      <th>{name}</th>" for name in COLUMNS)
        rows = ""
        for number, row in enumerate(ROWS):
            cells = "".join(f"\n      <td>{value}</td>" for value in row)
            rows += f"\n    <tr>\n      <th>{number}</th>{cells}\n    </tr>"
        table = f"""<table border="1" class="dataframe">
  <thead>
    <tr style="text-align: right;">
      <th></th>{head}
    </tr>
  </thead>
  <tbody>{rows}
  </tbody>
</table>"""
        return f"<div>\n{STYLE}\n{table}\n<p>3 rows × 3 columns</p>\n</div>"


Table()

# %% [markdown]
# HTML and Markdown.

# %%
display(HTML("<p>A <b>bold</b> word,</p>\n\n<pre>two\n\nparagraphs</pre><h2 id='x'>Title</h2>"))
display(Markdown("**Bold**, $x^2$ and\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n$$\n\\sum_i x_i\n$$"))

# %% [markdown]
# Formulas.

# %%
display(Latex(r"$$\frac{1}{2}$$"), Math(r"\sum_i x_i"))
Latex(r"\begin{align} a &= 1 \\ b &= 2 \end{align}")

# %% [markdown]
# A drawing by hand, and JSON.

# %%
SVG('<svg xmlns="http://www.w3.org/2000/svg" width="30pt" height="30pt" viewBox="0 0 30 30">'
    '<rect width="30" height="30"/><circle cx="15" cy="15" r="9" fill="white"/></svg>')

# %%
JSON({"layers": [2, 3, 1], "rate": 0.1})

# %% [markdown]
# Pictures in each format.

# %%
import io

import numpy as np
from PIL import Image as Picture

pixels = np.zeros((40, 60, 3), dtype=np.uint8)
pixels[10:30, 20:40] = 255
for form in ("png", "jpeg", "gif", "webp"):
    file = io.BytesIO()
    Picture.fromarray(pixels).save(file, form)
    display(Image(data=file.getvalue(), format=form))

# %% [markdown]
# Values that say nothing are left out.

# %%
import matplotlib.pyplot as plt

plt.plot([1, 3, 2])

# %% [markdown]
# A figure keeps the background that it has.

# %%
with plt.style.context("dark_background"):
    plt.plot([1, 3, 2])
    plt.title("dark")
    plt.show()

# %% [markdown]
# A picture lies on paper.

# %%
plt.imshow(np.arange(9).reshape(3, 3))
plt.show()

# %% [markdown]
# What a terminal would obey.

# %%
print("12345\b\b\bXY", "\x1b[31mred\x1b[0m", "\x1b]8;;http://example.com\x1b\\link\x1b]8;;\x1b\\")
print("  0%|    |\r100%|####|")
print("a\x07b\x00c")
object()
