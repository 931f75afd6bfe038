// One patient's values, owned by the browser.
//
// The case is kept here, outside of any component, so that it outlives a page that is drawn anew.
// Whatever changes it gives it a new revision, strikes out the number at once (the other
// component listens) and sends it whole. An answer counts only for the revision it names.
// All text comes as data and is set as text; nothing is ever read as markup.

const QUIET_MS = 700;            // after the last keystroke, before a half typed number is sent
const RESEND_MS = [4000, 8000, 16000, 32000]; // while nothing answers; a slow server is not flooded
const WHOLE_PAGE_AFTER = 2;      // resends without an answer: this session may not know the form
const ALIVE_EVERY_MS = 4000, ALIVE_WITHIN_MS = 3000;

const store = (window.bedsideCase ??= {
  tab: crypto.getRandomValues(new Uint32Array(2)).join("-"),
  cases: {},        // by study: {count, fields: {name: {text, typed, typedUnit, unit, code}}}
  study: null,
  sent: null,       // the revision last sent
  sentAt: 0, tries: 0,
  answered: null,   // the revision last answered
  filled: null,     // the last fill that was taken over from the server
  said: {},         // by population: whether the patients of this visit are of it; kept nowhere else
  away: false,
  send: () => {},
  listeners: new Set(),
  tell() { this.listeners.forEach(listener => listener()); },
  revision() {
    const mine = this.cases[this.study];
    return mine ? `${this.tab}.${mine.count}` : null;
  },
  // Whether what the server said last is about the values on the screen. While the form is drawn
  // anew there are none. A blank form that was never sent has no revision on either side.
  isCurrent(revision) {
    const isThere = this.form?.isConnected && this.form.firstElementChild;
    const mine = this.revision(), isUntouched = !revision && (!mine || mine.endsWith(".0"));
    return Boolean(!this.away && isThere && (isUntouched || mine === revision));
  },
});

const element = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value == null) continue;
    made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter(child => child != null));
  return made;
};

const blankField = field => ({text: "", typed: "", typedUnit: field.unit, unit: field.unit, code: null});

// A number as somebody writes it, for conversions on the screen alone; the server reads it itself.
const numberOf = text => {
  const bare = text.trim();
  const written = /^[+-]?\d*,\d+$/.test(bare) ? bare.replace(",", ".") : bare;
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(written) ? Number(written) : null;
};
const unitOf = (field, name) => field.units.find(unit => unit.name === name);
const isPlausible = (field, number) => number >= field.low && number <= field.high;
const inUnit = (field, canonical, name) => {
  const unit = unitOf(field, name);
  return unit.factor === 1 ? String(canonical) : String(Number((canonical / unit.factor).toFixed(unit.decimals)));
};

export default function ({data, parentElement, setStateValue}) {
  const root = parentElement.querySelector(".form");
  const send = value => setStateValue("case", value);
  store.send = () => {
    const mine = store.cases[data.study];
    if (!mine) return;
    clearTimeout(store.waiting);
    if (store.sent !== store.revision()) store.tries = 0;
    store.sent = store.revision();
    store.sentAt = performance.now();
    send({
      revision: store.sent, study: data.study, filled: store.filled, source: mine.source ?? null,
      said: data.population in store.said ? {[data.population]: store.said[data.population]} : {},
      values: Object.fromEntries(data.fields.map(field => {
        const held = mine.fields[field.name];
        return [field.name, field.codes.length ? {code: held.code} : {typed: held.typed, unit: held.typedUnit}];
      })),
    });
  };
  store.form = root;
  const taken = () => { if (store.form === root) { store.form = null; store.tell(); } };
  if (root.dataset.drawn === JSON.stringify(data)) return taken;
  root.dataset.drawn = JSON.stringify(data);
  store.study = data.study;
  const controls = new Map(); // by field: what shows its value and what is wrong with it

  const caseOf = () => {
    const mine = (store.cases[data.study] ??= {count: 0, fields: {}});
    for (const field of data.fields) mine.fields[field.name] ??= blankField(field); // another version may ask more
    return mine;
  };
  const changed = ({now = true} = {}) => {
    const mine = caseOf();
    mine.count += 1;
    count();
    store.tell();
    clearTimeout(store.waiting);
    if (now) store.send();
    else store.waiting = setTimeout(store.send, QUIET_MS);
  };
  // Someone else's values, whole: an example, a record, the pinned patient, or none at all.
  const fill = (values, source = null) => {
    const mine = caseOf();
    mine.source = source;
    for (const field of data.fields) {
      const held = mine.fields[field.name], value = values[field.name];
      if (field.codes.length) held.code = value ?? null;
      else {
        held.typed = value == null ? "" : String(value);
        held.typedUnit = field.unit;
        held.text = value == null ? "" : inUnit(field, value, held.unit);
      }
      show(field);
    }
    changed();
  };
  store.take = (id, values) => {
    if (id === store.filled || store.study !== data.study) return;
    store.filled = id;
    fill(values, id);
  };
  // After another page, or a page that was drawn anew: the last case this session knows of.
  store.adopt = kept => {
    if (!kept || store.cases[data.study] || kept.study !== data.study) return;
    const mine = caseOf();
    for (const field of data.fields) {
      const held = mine.fields[field.name], value = kept.values[field.name] ?? {};
      if (field.codes.length) held.code = value.code ?? null;
      else {
        const unit = unitOf(field, value.unit) ? value.unit : field.unit;
        Object.assign(held, {typed: value.typed ?? "", text: value.typed ?? "", typedUnit: unit, unit});
      }
      show(field);
    }
    changed();
  };
  store.answer = isOne => {
    store.said[data.population] = isOne;
    changed();
  };
  store.mark = issues => {
    for (const field of data.fields) controls.get(field.name).say(issues[field.name]);
  };

  const show = field => {
    const held = caseOf().fields[field.name];
    controls.get(field.name).show(held);
  };
  const count = () => {
    const fields = caseOf().fields;
    for (const [heading, names] of counts) {
      const full = names.filter(name => fields[name].code != null || fields[name].text !== "").length;
      heading.textContent = `${full} of ${names.length}`;
    }
  };

  const number = (field, parts) => {
    const input = element("input", {
      type: "text", role: "spinbutton", id: `bedside-${field.name}`, inputmode: "decimal", autocomplete: "off",
      "aria-label": field.spoken, "aria-describedby": parts.described, "aria-required": String(field.required),
      "aria-invalid": "false", spellcheck: "false",
    });
    const held = () => caseOf().fields[field.name];
    const typed = now => {
      const mine = held();
      if (mine.text === input.value) {
        if (now && store.sent !== store.revision()) store.send();
        return;
      }
      Object.assign(mine, {text: input.value, typed: input.value, typedUnit: mine.unit});
      spoken();
      changed({now});
    };
    const spoken = () => {
      const value = numberOf(input.value);
      if (value == null) { input.removeAttribute("aria-valuenow"); return; }
      input.setAttribute("aria-valuenow", value);
    };
    input.addEventListener("input", () => typed(false));
    input.addEventListener("change", () => typed(true));
    input.addEventListener("keydown", event => {
      if (event.key === "Enter") { typed(true); return; }
      const way = {ArrowUp: 1, ArrowDown: -1}[event.key];
      const value = numberOf(input.value), unit = unitOf(field, held().unit);
      if (!way || value == null) return;
      event.preventDefault();
      input.value = String(Number((value + way * unit.step).toFixed(6)));
      typed(false);
    });
    let unit = null;
    if (field.units.length > 1) {
      unit = element("select", {"aria-label": `Unit of ${field.label.toLowerCase()}`},
        ...field.units.map(each => element("option", {value: each.name}, each.name)));
      unit.addEventListener("change", () => {
        const mine = held(), value = numberOf(mine.typed);
        const before = unitOf(field, mine.typedUnit), after = unitOf(field, unit.value);
        mine.unit = unit.value;
        const wasMeant = value != null && !isPlausible(field, value * before.factor)
          && isPlausible(field, value * after.factor);
        if (value == null || wasMeant) Object.assign(mine, {typedUnit: unit.value, text: mine.typed});
        else mine.text = unit.value === mine.typedUnit ? mine.typed
          : inUnit(field, value * before.factor, unit.value);
        show(mine);
        changed();
      });
    }
    const show = mine => {
      if (input.value !== mine.text) input.value = mine.text;
      input.placeholder = unitOf(field, mine.unit).range;
      for (const [end, limit] of [["min", field.low], ["max", field.high]]) {
        const value = inUnit(field, limit, mine.unit); // a number is judged in the unit it is shown in
        input.setAttribute(end, value);
        input.setAttribute(`aria-value${end}`, value);
      }
      if (unit) unit.value = mine.unit;
      spoken();
    };
    return {control: input, unit: unit ?? (field.unit ? element("span", {class: "unit"}, field.unit) : null), show,
            invalid: input, take: remedy => {
              const mine = held();
              Object.assign(mine, {text: remedy.typed, typed: remedy.typed, typedUnit: remedy.unit, unit: remedy.unit});
              show(mine);
              changed();
              input.focus();
            }};
  };

  const choice = (field, parts) => {
    const group = element("div", {
      class: "options", role: "radiogroup", "aria-label": field.label, "aria-describedby": parts.described,
      "aria-required": String(field.required), "aria-invalid": "false",
    });
    const radios = field.codes.map(code => {
      const radio = element("input", {type: "radio", name: `bedside-${field.name}`, value: code.value});
      const pick = value => { caseOf().fields[field.name].code = value; changed(); };
      radio.addEventListener("change", () => pick(code.value));
      // A second click, or Delete, leaves it blank again: a radio alone cannot be taken back.
      radio.addEventListener("mousedown", () => { radio.was = radio.checked; });
      radio.addEventListener("click", () => { if (radio.was) { radio.checked = radio.was = false; pick(null); } });
      radio.addEventListener("keydown", event => {
        if (!["Delete", "Backspace"].includes(event.key) || !radio.checked) return;
        radio.checked = false;
        pick(null);
      });
      group.append(element("label", {}, radio, element("span", {"data-label": code.label}, code.label)));
      return radio;
    });
    const show = mine => radios.forEach((radio, at) => { radio.checked = field.codes[at].value === mine.code; });
    return {control: group, unit: null, show, invalid: group,
            take: () => { caseOf().fields[field.name].code = null; show({code: null}); changed(); }};
  };

  const row = field => {
    const help = `bedside-help-${field.name}`, wrong = `bedside-wrong-${field.name}`;
    const made = (field.codes.length ? choice : number)(field, {described: `${help} ${wrong}`});
    const said = element("div", {class: "said", id: wrong});
    const label = element(field.codes.length ? "span" : "label", {
      class: "label", title: field.help, ...(field.codes.length ? {} : {for: `bedside-${field.name}`}),
    }, field.label);
    if (field.required) label.append(element("span", {class: "needed"}, " needed"));
    const box = element("div", {class: field.wide ? "field wide" : "field"}, label,
      element("div", {class: "entry"}, made.control, made.unit),
      element("div", {class: "help", id: help}, field.help), said);
    const say = issue => {
      made.invalid.setAttribute("aria-invalid", issue?.refused ? "true" : "false");
      box.classList.toggle("refused", Boolean(issue?.refused));
      const text = issue ? issue.message : "";
      if (said.dataset.text === text) return;
      said.dataset.text = text;
      said.replaceChildren(...(issue ? [element("span", {class: issue.refused ? "error" : "warning"}, issue.message)] : []),
        ...(issue?.remedies ?? []).map(remedy => {
          const button = element("button", {type: "button", class: "remedy"}, remedy.label);
          button.addEventListener("click", () => made.take(remedy));
          return button;
        }));
    };
    controls.set(field.name, {show: made.show, say});
    return box;
  };

  const counts = [];
  const section = group => {
    const told = element("span", {class: "count"});
    counts.push([told, group.names]);
    return element("section", {"aria-label": group.title},
      element("h2", {}, group.title, told),
      ...group.names.map(name => row(data.fields.find(field => field.name === name))));
  };

  const tools = element("div", {class: "tools"});
  if (data.examples.length) {
    const menu = element("details", {class: "menu"}, element("summary", {}, "Examples"));
    const list = element("div", {class: "list"});
    for (const example of data.examples) {
      const button = element("button", {type: "button"}, example.story);
      button.addEventListener("click", () => { menu.open = false; fill(example.values); });
      list.append(button);
    }
    menu.append(list);
    menu.addEventListener("keydown", event => {
      if (event.key === "Escape") { menu.open = false; menu.firstChild.focus(); }
    });
    menu.addEventListener("focusout", event => { if (!menu.contains(event.relatedTarget)) menu.open = false; });
    tools.append(menu);
  }
  const clear = element("button", {type: "button"}, "Clear");
  clear.addEventListener("click", () => fill({}));
  const explain = element("button", {type: "button", "aria-pressed": "false"}, "Explain the fields");
  explain.addEventListener("click", () => {
    const open = root.classList.toggle("explained");
    explain.setAttribute("aria-pressed", open ? "true" : "false");
  });
  tools.append(clear, explain);
  root.replaceChildren(tools, ...data.groups.map(section));
  for (const field of data.fields) show(field);
  count();
  skipLink(root);
  watch(root);
  store.tell();
  return taken;
}

// Past frame and navigation with one key; it lies first on the page.
function skipLink(root) {
  document.getElementById("bedside-skip")?.remove();
  const link = element("a", {id: "bedside-skip", href: "#stMain", style:
    "position:fixed;left:8px;top:-60px;z-index:1000000;padding:10px 14px;border-radius:6px;"
    + "background:#0B5CAD;color:#fff;font:600 15px system-ui"}, "Skip to the form");
  link.addEventListener("focus", () => { link.style.top = "8px"; });
  link.addEventListener("blur", () => { link.style.top = "-60px"; });
  link.addEventListener("click", event => { event.preventDefault(); root.querySelector("section input")?.focus(); });
  document.body.prepend(link);
}

// While a sent case is not answered it is sent again, more and more seldom; while the server does
// not answer at all the page says so, and when it is back it gets the browser's case.
function watch(root) {
  clearInterval(store.watching);
  let asked = 0, asking = false;
  store.watching = setInterval(async () => {
    if (!root.isConnected) document.getElementById("bedside-skip")?.remove(); // another page
    const now = performance.now();
    const pause = RESEND_MS[Math.min(store.tries, RESEND_MS.length - 1)];
    if (!store.away && store.sent && store.answered !== store.sent && now - store.sentAt > pause) {
      store.tries += 1;
      store.sentAt = now;
      // The whole page gets what was sent as well. Asked for at once with a part, only the part would come.
      if (store.tries >= WHOLE_PAGE_AFTER && window.bedsideWholePage) window.bedsideWholePage();
      else store.send();
    }
    if (asking || now - asked < ALIVE_EVERY_MS) return;
    asking = true;
    asked = now;
    let here = false;
    try {
      const answer = await fetch(new URL("_stcore/health", document.baseURI),
        {cache: "no-store", signal: AbortSignal.timeout(ALIVE_WITHIN_MS)});
      here = answer.ok;
    } catch { /* away */ }
    asking = false;
    if (here === !store.away) return;
    store.away = !here;
    store.tell();
    if (here && store.cases[store.study]) {
      store.answered = null; // whatever it answered before it was away is not taken for granted
      store.cases[store.study].count += 1;
      store.send();
      store.tell();
    }
  }, 500);
}
