// The number, with whom it was worked out for; struck out as soon as the form holds another patient.

const SAID_AFTER_MS = 600; // a screen reader is told of a number that stays, not of each on the way
const SVG = "http://www.w3.org/2000/svg";
const TICKS = [0, 25, 50, 75, 100];
// Pixels: what the frame covers at the top, and what must be left of a window for the reasons.
const FRAME = 60, REASONS = 280;
// What may grow with the next answer, and for how many pixels more there is room from the start: one
// more limit at the number, one more line of the sentence below it, one more bar.
const GROWING = [[".shown", 56], [".st-key-patient_sentence", 26], [".st-key-patient_reasons", 56]];

const element = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value != null) made.setAttribute(name, value);
  made.append(...children.filter(child => child != null && child !== ""));
  return made;
};
const at = share => `${(100 * share).toFixed(2)}%`;

export default function ({data, parentElement}) {
  const root = parentElement.querySelector(".answer");
  const shared = window.bedsideCase;
  if (!shared) { // the form is drawn a moment later
    const again = setTimeout(() => draw(root, data), 50);
    return () => clearTimeout(again);
  }
  return draw(root, data);
}

function draw(root, data) {
  const shared = window.bedsideCase;
  if (!shared?.adopt) { setTimeout(() => draw(root, data), 50); return; }
  if (data.number?.by !== root.data?.number?.by) root.rooms = {};
  root.unfolded ??= new Set();
  root.data = data;
  shared.answered = data.revision;
  if (data.kept) shared.adopt(data.kept);
  if (data.fill) shared.take(data.fill.id, data.fill.values);
  if (shared.revision() === data.revision || !data.revision) shared.mark(data.issues);
  const listener = () => { refresh(root, shared); stayInSight(root, shared); };
  shared.listeners.clear();
  shared.listeners.add(listener);
  refresh(root, shared, true);
  stayInSight(root, shared);
}

// The number stands beside the form. Where it would lie below the form, or cover its own reasons
// in a low window, it scrolls with the page, and a bar at the bottom repeats it.
function stayInSight(root, shared) {
  root.watcher?.disconnect();
  const main = root.getRootNode().host?.closest("[data-testid=stMain]");
  root.watcher = new ResizeObserver(() => {
    const page = document.body, form = shared.form?.getBoundingClientRect();
    const box = root.querySelector(".shown").getBoundingClientRect();
    const isHere = root.isConnected;
    if (!isHere) root.watcher.disconnect(); // another page
    else if (!form?.width) return; // the form is being drawn anew
    const isBelow = isHere && box.left < form.right;
    const withBar = isHere && (isBelow || window.innerHeight - FRAME - box.height < REASONS);
    root.classList.toggle("with-bar", withBar);
    root.querySelector(".bar").style.left = `${main?.getBoundingClientRect().left ?? 0}px`;
    page.classList.toggle("bedside-bar", withBar);
    page.style.setProperty("--bedside-number", isHere && !withBar ? `${box.height}px` : "0px");
    if (isHere) keepPlaces(root, main);
  });
  const content = main?.querySelector("[data-testid=stMainBlockContainer]");
  for (const each of [root.querySelector(".shown"), main, content, shared.form]) {
    if (each) root.watcher.observe(each);
  }
}

// Another value may bring a limit, a line or a bar, or take one away; what lies below stays where
// it is. So each box keeps the height of its tallest answer by this version, and some room.
function keepPlaces(root, main) {
  if (!root.data.number) return;
  for (const [name, more] of GROWING) {
    const box = root.querySelector(name) ?? main?.querySelector(name);
    if (!box) continue;
    const room = (root.rooms[[name, ...root.unfolded].join()] ??= {});
    if (room.width !== box.offsetWidth) {
      box.style.minHeight = "";
      Object.assign(room, {width: box.offsetWidth, height: box.offsetHeight + more});
    }
    room.height = Math.max(room.height, box.offsetHeight);
    box.style.minHeight = `${room.height}px`;
  }
}

function refresh(root, shared, isNew = false) {
  const data = root.data;
  const mine = shared.revision(), current = shared.isCurrent(data.revision);
  const told = `${current}|${shared.away}|${mine && !current ? "later" : ""}`;
  if (!isNew && root.told === told) return;
  root.told = told;
  document.body.classList.toggle("bedside-stale", !current);
  const why = shared.away ? "Connection lost; what you see may be out of date. Your values are kept and sent when it is back."
    : current ? "" : "Working out the number for the values in the form …";
  const said = why ? element("p", {class: shared.away ? "why away" : "why"}, why) : null;
  const parts = data.number ? number(root, data, current)
    : data.question ? question(shared, data.question)
    : [element("p", {class: "asked"}, current ? data.message : "")];
  const shown = root.querySelector(".shown");
  // The box keeps its height while the next number is worked out: what is said stands where the
  // scale was, below the struck out number.
  if (!data.number) shown.style.minHeight = current ? "" : `${shown.offsetHeight}px`;
  shown.replaceChildren(...[...(shared.away ? [said, ...parts] : [...parts, said])].filter(Boolean));
  bar(root, data, current, shared.away);
  say(root, data, current, why);
}

// What somebody unfolds stays so, whatever the next answer is.
function folded(root, name, summary, fill) {
  const details = element("details", {class: name}, element("summary", {}, summary));
  const filled = () => { if (details.childNodes.length < 2) details.append(...fill()); };
  if (root.unfolded.has(name)) {
    details.open = true;
    filled();
  }
  details.addEventListener("toggle", () => {
    if (details.open === root.unfolded.has(name)) return;
    if (details.open) filled();
    root.unfolded[details.open ? "add" : "delete"](name);
    root.querySelector(".shown").style.minHeight = ""; // its height is measured anew
  });
  return details;
}

// Whether the patient is one of those the number holds for: asked once a visit, before the first.
function question(shared, {text, answers}) {
  return [
    element("p", {class: "asked", id: "bedside-question"}, text),
    element("div", {class: "answers", role: "group", "aria-labelledby": "bedside-question"},
      ...answers.map(({label, is_one: isOne}) => {
        const button = element("button", {type: "button"}, label);
        button.addEventListener("click", event => {
          shared.answer(isOne);
          if (!event.detail) shared.form?.querySelector("section input")?.focus(); // by keyboard: on to the form
        });
        return button;
      })),
  ];
}

function number(root, data, current) {
  const {number} = data, tag = current ? "strong" : "s";
  return [
    element("p", {class: "whom"}, element("span", {}, "For: "), number.whom,
      element("span", {class: "by"}, ` · by ${number.by}`)),
    element("p", {class: "figures"},
      element(tag, {class: "number", "data-testid": current ? "risk" : "stale-risk"}, number.risk_text),
      element("span", {class: number.low == null ? "interval none" : "interval"}, number.interval_text),
      number.low == null ? null : folded(root, "means", "95 % interval", () => [number.means])),
    current ? scale(number) : null,
    current ? element("p", {class: "hundred"}, number.hundred) : null,
    number.prevalence ? element("p", {class: "note"}, number.prevalence) : null,
    ...(current ? number.limits.map(limit => element("p", {class: `limit ${limit.kind}`}, limit.text)) : []),
    current && number.low != null ? icons(root, number) : null,
  ].filter(Boolean);
}

function scale({risk, low, high, threshold, scale_text: text}) {
  const mark = (kind, left, width) => {
    const made = element("div", {class: kind});
    made.style.left = left;
    if (width) made.style.width = width;
    return made;
  };
  return element("div", {class: "scale", role: "img", "aria-label": text},
    element("div", {class: "track"}),
    low == null ? null : mark("span", at(low), at(high - low)),
    mark("threshold", at(threshold)), mark("mark", at(risk)),
    ...TICKS.map(tick => {
      const made = element("span", {class: "tick"}, `${tick} %`);
      made.style.left = `${tick}%`;
      made.style.transform = `translateX(-${tick}%)`;
      return made;
    }));
}

// 100 patients: full up to the lower end of the interval, paler where it is uncertain.
function icons(root, {risk, low, high, scale_text: text}) {
  return folded(root, "icons", "Show as 100 patients", () => {
    const drawing = document.createElementNS(SVG, "svg");
    drawing.setAttribute("viewBox", "0 0 200 56");
    drawing.setAttribute("role", "img");
    drawing.setAttribute("aria-label", text);
    const ends = [low, risk, high].map(end => Math.round(100 * end));
    for (let place = 0; place < 100; place += 1) {
      const dot = document.createElementNS(SVG, "circle");
      dot.setAttribute("cx", 5 + (place % 20) * 10);
      dot.setAttribute("cy", 6 + Math.floor(place / 20) * 11);
      dot.setAttribute("r", 4);
      dot.setAttribute("class", `icon${ends.filter(end => place >= end).length}`);
      drawing.append(dot);
    }
    return [drawing, element("p", {class: "note"},
      "Full: at the lower end of the interval already. Pale: uncertain. Empty: not even at its upper end.")];
  });
}

// On a narrow screen the number stays at the bottom while the form is filled in.
function bar(root, data, current, away) {
  const place = root.querySelector(".bar"), {number} = data;
  place.classList.toggle("stale", !current);
  const text = away ? "Connection lost" : number ? number.risk_text : data.short;
  const said = [text, number?.bar_text].filter(Boolean).join(" ");
  place.setAttribute("aria-label", `${said}. To the risk and its reasons`);
  place.replaceChildren(
    number && !away ? element(current ? "strong" : "s", {}, text) : element("span", {}, text),
    number ? element("span", {}, number.bar_text) : "",
    element("span", {class: "up", "aria-hidden": "true"}, "▲"));
  place.onclick = () => root.scrollIntoView({block: "start"});
}

function say(root, data, current, why) {
  clearTimeout(root.saying);
  root.saying = setTimeout(() => {
    const {number} = data, place = root.querySelector("[role=status]");
    const text = why || (number ? `${number.risk_text}, ${number.interval_text}. For ${number.whom}, by ${number.by}.` : data.question?.text ?? data.message);
    if (place.textContent !== text) place.textContent = text;
  }, SAID_AFTER_MS);
}
