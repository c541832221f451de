/* The exhibit "What if?": a slider over runs that stand below it as small charts. What a reader has
   not come to yet is hidden, so that there is something to predict. */
for (const exhibit of document.querySelectorAll(".vary")) {
  const find = (name) => exhibit.querySelector(name)
  const slider = find("input"), say = find(".vary-say"), ask = find(".vary-ask")
  const drawn = find(".strike-chart g.variant"), band = find("rect.band")
  const items = [...exhibit.querySelectorAll(".vary-all li")]
  const dots = [...exhibit.querySelectorAll("g.value")]
  const name = exhibit.dataset.name, own = Number(slider.value)
  const words = {
    better: "it gets better", worse: "it misses the goal", same: "it reaches the goal as well", stops: "it stops",
  }

  const element = (tag, text, name) => {
    const made = document.createElement(tag)
    made.textContent = text
    if (name) made.className = name
    return made
  }
  const chip = (text, act) => {
    const made = element("button", text, "strike-chip")
    made.type = "button"
    made.addEventListener("click", act)
    return made
  }
  const isSeen = (index) => items[index].classList.contains("seen")
  const see = (index) => { for (const one of [items[index], dots[index]]) one.classList.add("seen") }

  const show = (index, verdict = "") => {
    const item = items[index]
    see(index)
    slider.value = index
    slider.setAttribute("aria-valuetext", `${name} = ${item.dataset.value}`)
    band.setAttribute("transform", `translate(${70 + index * (334 - 70) / (items.length - 1)})`)
    say.innerHTML = item.querySelector(".vary-caption").innerHTML
    if (verdict) say.lastChild.prepend(verdict + " ")
    if (drawn) drawn.replaceChildren(...[...item.querySelectorAll("g.variant path")].map((path) => path.cloneNode()))
    items.forEach((other, i) => other.classList.toggle("chosen", i === index))
    question()
  }

  /* The question is about a value that the reader has not come to, the most extreme first. */
  const question = () => {
    const order = [...items.keys()].sort((a, b) => Math.abs(b - own) - Math.abs(a - own))
    const index = order.find((i) => !isSeen(i))
    ask.replaceChildren()
    if (index === undefined) return
    const { kind, value } = items[index].dataset
    const text = element("p", "What will happen at "), answers = element("div", "", "strike-chips")
    text.append(element("code", `${name} = ${value}`), "?")
    for (const [answer, word] of Object.entries(words)) {
      answers.append(chip(word, () => {
        show(index, answer === kind ? "You said so:" : "It comes out otherwise:")
        slider.focus()
      }))
    }
    answers.append(chip("show all", () => { items.forEach((_, i) => see(i)); question(); slider.focus() }))
    ask.append(text, answers)
  }

  exhibit.classList.add("asks")
  slider.disabled = false
  slider.addEventListener("input", () => show(Number(slider.value)))
  show(own)
}
