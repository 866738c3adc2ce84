// <ecouter-article src="…">: hear an article, and follow it in the page's own text (docs/embedding.md).
// One classic script without dependencies, build, inline styles or eval. Apache-2.0.
(() => {
  "use strict";
  if (customElements.get("ecouter-article")) return;

  const SAY = {
    listen: "Écouter l’article", pause: "Pause", resume: "Reprendre", again: "Réécouter", retry: "Réessayer",
    back: "Reculer de 15 secondes", forward: "Avancer de 15 secondes", speed: "Vitesse", volume: "Volume",
    mute: "Couper le son", unmute: "Rétablir le son", chapters: "Chapitres", download: "Télécharger l’enregistrement",
    position: "Position dans l’article", follow: "Suivre le texte", opening: "Introduction",
    help: "Flèches : cinq secondes. Page précédente et page suivante : un paragraphe.",
    loading: "Chargement…", coming: "Ce passage est en cours d’enregistrement…",
    offline: "L’enregistrement ne répond pas. Vérifiez votre connexion, puis réessayez.",
    unavailable: "La lecture n’est pas disponible pour le moment. Réessayez dans un instant.",
  };
  const SPEEDS = [0.75, 1, 1.25, 1.5, 1.75, 2];
  const [STEP, NUDGE] = [15, 5];
  /** Printed characters in a second, until the voice has shown its own pace. */
  const PACE = 14.7;
  const EARLY = 0.03;
  const RETRIES = 3;
  const PATIENCE = 20000;
  const REMEMBERED = 50;
  const SENTENCE = "ecouter-sentence";
  const WORD = "ecouter-word";

  /** Letters and digits without case and accents: what all ways of printing a text agree on. */
  const folded = new Map();
  const foldCharacter = (character) => {
    let letters = folded.get(character);
    if (letters === undefined) {
      letters = character.normalize("NFKD").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
      folded.set(character, letters);
    }
    return letters;
  };
  const fold = (text) => {
    const letters = [];
    const starts = [];
    let at = 0;
    for (const character of text) {
      for (const letter of foldCharacter(character)) {
        letters.push(letter);
        starts.push(at);
      }
      at += character.length;
    }
    return { letters: letters.join(""), starts };
  };
  const width = (text, at) => (text.codePointAt(at) > 0xffff ? 2 : 1);
  /** Spans count code points, strings UTF-16 units. */
  const units = (text, span) => span.map((point) => [...text].slice(0, point).join("").length);
  /** How many of the ascending `values` are up to `limit`. */
  const countUpTo = (values, limit) => {
    let low = 0;
    let high = values.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[middle] <= limit) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  const UNREAD = "script, style, noscript, template, textarea, select, svg, ecouter-article, [hidden]";
  const HEADINGS = "h1, h2, h3, h4, h5, h6, [role=heading]";
  const LONG = 40;
  /** Letters by which a sentence is known at either end. */
  const END = 16;

  /** Where an article stands in the page. */
  class Printed {
    #nodes = [];
    #firsts = [];
    #starts = [];
    #letters = "";

    constructor(root, blocks) {
      this.#read(root);
      this.blocks = blocks.map((block) => ({ ...block, ...fold(block.text) }));
      this.#place();
    }

    /** The Range of a span, if the page has it. */
    range(block, span) {
      const { text, starts, at } = this.blocks[block];
      const [start, end] = units(text, span);
      const first = countUpTo(starts, start - 1);
      const last = countUpTo(starts, end - 1) - 1;
      if (last < first) return undefined;
      const where = at >= 0 ? [at + first, at + last] : this.#search(block, first, last);
      if (!where) return undefined;
      const marks = (from, to) => text.slice(from, to).replace(/\s/g, "").length;
      const range = document.createRange();
      const [from, begins] = this.#position(where[0]);
      const [to, ends] = this.#position(where[1]);
      range.setStart(from, beyond(from.data, begins, -1, marks(start, starts[first])));
      const after = ends + width(to.data, ends);
      range.setEnd(to, beyond(to.data, after, 1, marks(starts[last] + width(text, starts[last]), end)));
      return range;
    }

    #read(root) {
      const letters = [];
      const seen = (element) =>
        !element.matches(UNREAD) && (!element.checkVisibility || element.checkVisibility());
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, (node) => {
        if (node.nodeType === Node.TEXT_NODE) return NodeFilter.FILTER_ACCEPT;
        return seen(node) ? NodeFilter.FILTER_SKIP : NodeFilter.FILTER_REJECT;
      });
      for (let count = 0; walker.nextNode(); ) {
        const found = fold(walker.currentNode.data);
        if (!found.letters) continue;
        this.#nodes.push(walker.currentNode);
        this.#firsts.push(count);
        this.#starts.push(found.starts);
        letters.push(found.letters);
        count += found.letters.length;
      }
      this.#letters = letters.join("");
    }

    #position(letter) {
      const index = countUpTo(this.#firsts, letter) - 1;
      return [this.#nodes[index], this.#starts[index][letter - this.#firsts[index]]];
    }

    /** Long blocks first, one after the other; short ones only between their neighbours. */
    #place() {
      let from = 0;
      for (const block of this.blocks) {
        block.at = -1;
        if (block.letters.length < LONG) continue;
        block.at = this.#letters.indexOf(block.letters, from);
        if (block.at < 0) block.at = this.#letters.indexOf(block.letters);
        if (block.at >= 0) from = block.at + block.letters.length;
      }
      this.blocks.forEach((block, index) => {
        if (block.letters && block.letters.length < LONG) block.at = this.#between(block, ...this.#gap(index));
      });
    }

    #gap(index) {
      const before = this.blocks.slice(0, index).reverse().find((block) => block.at >= 0);
      const after = this.blocks.slice(index + 1).find((block) => block.at >= 0);
      const from = before ? before.at + before.letters.length : 0;
      return [from, after && after.at >= from ? after.at : this.#letters.length];
    }

    #between({ letters, kind }, from, to) {
      const titled = kind === "title" || kind === "heading";
      let best = -1;
      let most = titled ? 1 : 0;
      for (let at = this.#letters.indexOf(letters, from); at >= 0 && at + letters.length <= to; ) {
        const worth = this.#worth(at, letters.length, titled);
        // A title stands right above its article, all else right below what comes before.
        if (worth > most || (worth === most && (best < 0 || kind === "title"))) [best, most] = [at, worth];
        at = this.#letters.indexOf(letters, at + 1);
      }
      return best;
    }

    #worth(at, length, titled) {
      const starts = this.#firsts.includes(at);
      const ends = at + length === this.#letters.length || this.#firsts.includes(at + length);
      const parent = this.#position(at)[0].parentElement;
      return (starts && ends ? 1 : 0) + (titled && parent?.closest(HEADINGS) ? 2 : 0);
    }

    /** A sentence that the page prints with more in it: a note, a credit. */
    #search(block, first, last) {
      const [from, to] = this.#gap(block);
      const letters = this.blocks[block].letters.slice(first, last + 1);
      const whole = this.#letters.indexOf(letters, from);
      if (whole >= 0 && whole < to) return [whole, whole + letters.length - 1];
      if (letters.length < 2 * END) return undefined;
      const head = this.#letters.indexOf(letters.slice(0, END), from);
      const tail = this.#letters.indexOf(letters.slice(-END), head + END);
      const much = 2 * letters.length;
      return head < 0 || tail < 0 || tail >= to || tail - head > much ? undefined : [head, tail + END - 1];
    }
  }

  /** The offset beyond `count` punctuation marks. */
  const beyond = (text, at, step, count) => {
    let reached = at;
    for (let here = at; count > 0; ) {
      const character = step < 0 ? text[here - 1] : text[here];
      if (character === undefined || foldCharacter(character)) break;
      here += step;
      if (/\s/.test(character)) continue;
      count -= 1;
      reached = here;
    }
    return reached;
  };

  /** What is heard when, as far as it has been spoken. */
  class Timeline {
    blocks = [];
    utterances = [];
    duration = null;
    #starts = [];
    #chapters = null;

    set whole({ blocks, utterances, chapters, duration }) {
      this.blocks = blocks;
      utterances.forEach((utterance) => this.add(utterance));
      this.chapters = chapters;
      this.duration = duration;
    }

    add(utterance) {
      if (utterance.index !== this.utterances.length) return; // told again
      this.utterances.push(utterance);
      this.#starts.push(utterance.start);
    }

    get made() {
      return this.duration ?? this.utterances.at(-1)?.end ?? 0;
    }

    at(time) {
      return countUpTo(this.#starts, time) - 1;
    }

    startOf(block) {
      return this.utterances.find((utterance) => utterance.block >= block)?.start;
    }

    estimate(guess) {
      if (this.duration !== null) return this.duration;
      if (!this.blocks.length) return guess;
      const last = this.utterances.at(-1);
      const lengths = this.blocks.map((block) => block.text.length);
      const total = lengths.reduce((sum, length) => sum + length, 0);
      const said = last ? lengths.slice(0, last.block).reduce((sum, length) => sum + length, last.span[1]) : 0;
      const doubt = 200;
      const each = (this.made + doubt / PACE) / (said + doubt);
      return this.made + (total - said) * each;
    }

    set chapters(chapters) {
      this.#chapters = chapters.map(({ title, start, startTime }) => ({ title, start: start ?? startTime }));
    }

    /** Until all is spoken: the headings, some without a start. */
    get chapters() {
      if (this.#chapters) return this.#chapters;
      const found = this.blocks.flatMap(({ kind, text }, block) =>
        kind === "heading" ? [{ title: text, block, start: this.startOf(block) }] : []);
      if (found[0]?.block !== 0 && this.blocks.length) found.unshift({ title: SAY.opening, block: 0, start: 0 });
      return found;
    }
  }

  /** What goes wrong becomes an Error with a sentence for the reader. */
  const ask = async (url, accept = "application/json") => {
    const response = await fetch(url, { headers: { Accept: accept } }).catch(() => {
      throw new Error(SAY.offline);
    });
    if (response.ok) return response;
    const { error } = await response.json().catch(() => ({}));
    throw new Error(error || SAY.unavailable);
  };

  const painted = (colour) => {
    const pen = document.createElement("canvas").getContext("2d");
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    return pen.getImageData(0, 0, 1, 1).data;
  };
  const groundOf = (element) => getComputedStyle(element).backgroundColor;
  /** Whether the ground of an element is dark; `canvas` lies below all. */
  const isDark = (element, canvas) => {
    let at = element;
    while (at && painted(groundOf(at))[3] < 128) at = at.parentElement ?? at.getRootNode().host;
    const [red, green, blue] = painted(groundOf(at ?? canvas));
    return red * 0.3 + green * 0.6 + blue * 0.1 < 128;
  };

  /** Marks text by CSS highlights, else by boxes laid over it. */
  class Marker {
    #sheet = new CSSStyleSheet();
    #boxes = {};

    constructor() {
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, this.#sheet];
    }

    dress(host, dark) {
      const own = getComputedStyle(host);
      const [mark, word, ink] = [["mark", "#fbe5ac", "#54450f"], ["word", "#f3c14b", "#856a10"], ["mark-ink", "#1d1b18", "#fff"]]
        .map(([name, light, night]) => own.getPropertyValue(`--ecouter-${name}`).trim() || (dark ? night : light));
      const rule = (name, colour) => `::highlight(${name}) { background: ${colour}; color: ${ink}; }
        .${name} { position: absolute; inset: 0 auto auto 0; pointer-events: none; background: ${colour}; mix-blend-mode: ${dark ? "screen" : "multiply"}; }`;
      this.#sheet.replaceSync(`@media screen { ${rule(SENTENCE, mark)} ${rule(WORD, word)} }
        @media (forced-colors: active) { ::highlight(${SENTENCE}), ::highlight(${WORD}) { background: Mark; color: MarkText; } }
        @media print { .${SENTENCE}, .${WORD} { display: none; } }`);
    }

    mark(name, range) {
      if (!CSS.highlights) this.#cover(name, range);
      else if (!range) CSS.highlights.delete(name);
      else CSS.highlights.set(name, Object.assign(new Highlight(range), { priority: Number(name === WORD) }));
    }

    #cover(name, range) {
      this.#boxes[name]?.forEach((box) => box.remove());
      this.#boxes[name] = [...(range?.getClientRects() ?? [])].map(({ left, top, width, height }) => {
        const box = make("div", { class: name, "aria-hidden": "true" });
        document.body.append(box);
        const zero = box.getBoundingClientRect();
        const places = { left: left - zero.left, top: top - zero.top, width, height };
        for (const [side, pixels] of Object.entries(places)) box.style[side] = `${pixels}px`;
        return box;
      });
    }
  }
  let marker = null;
  let active = null;

  const memory = {
    read() {
      try {
        const { positions, ...values } = JSON.parse(localStorage.getItem("ecouter-article"));
        return { ...values, positions: { ...positions } };
      } catch {
        return { positions: {} };
      }
    },
    set(values) {
      try {
        localStorage.setItem("ecouter-article", JSON.stringify({ ...this.read(), ...values }));
      } catch {
        // Full, or forbidden.
      }
    },
    keep(key, position) {
      const { [key]: _, ...others } = this.read().positions;
      const kept = Object.entries(others).slice(1 - REMEMBERED);
      if (position > 1) kept.push([key, Math.round(position * 10) / 10]);
      this.set({ positions: Object.fromEntries(kept) });
    },
  };

  const STYLE = `
    :host { display: block; container-type: inline-size; }
    :host([hidden]), [hidden], :host([compact]) :is(.tools, .said) { display: none !important; }
    .canvas { display: none; background: Canvas; }
    .player {
      --paper: var(--ecouter-paper, light-dark(#f7f5f0, #232428)); --ink: var(--ecouter-ink, light-dark(#1d1b18, #ece8e1));
      --soft: var(--ecouter-soft, light-dark(#5c564d, #b6afa5)); --line: var(--ecouter-line, light-dark(#ddd7cb, #3d3e44));
      --track: var(--ecouter-track, light-dark(#8d8577, #77787f)); --accent: var(--ecouter-accent, light-dark(#8a1c2b, #f2a7ac));
      --on-accent: var(--ecouter-on-accent, light-dark(#fff, #2a0a0e));
      color-scheme: light; color: var(--ink); background: var(--paper); border: 1px solid var(--line);
      border-radius: var(--ecouter-radius, 14px); padding: .75em .875em .625em; text-align: start;
      font: 400 var(--ecouter-size, 1rem)/1.4 var(--ecouter-font, system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif);
    }
    .dark { color-scheme: dark; }
    * { box-sizing: border-box; }
    .row, .tools { display: flex; flex-wrap: wrap; align-items: center; }
    .row { gap: .375em .75em; }
    .tools { margin-inline-start: auto; }
    button, select, .tool { font: inherit; color: inherit; border: 0; background: none; cursor: pointer; }
    svg { width: 1.5em; height: 1.5em; fill: currentColor; display: block; }
    text { font: 800 8px system-ui, sans-serif; text-anchor: middle; }
    .play {
      display: flex; align-items: center; gap: .5em; min-height: 2.75em; padding: .375em 1.125em .375em .75em;
      border-radius: 2em; background: var(--accent); color: var(--on-accent); font-weight: 600;
    }
    .time, .said, time { color: var(--soft); font-variant-numeric: tabular-nums; font-weight: 400; }
    b { color: var(--ink); font-weight: 600; }
    .tool { display: grid; place-items: center; width: 2.5em; height: 2.5em; padding: 0; border-radius: 2em; }
    input, select { appearance: none; font: inherit; }
    select {; width: 4em; height: 2.5em; border-radius: 2em; text-align: center; text-align-last: center; font-weight: 600; }
    :is(.tool, select, li button):hover { background: var(--line); }
    :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
    .play:focus-visible { outline-color: var(--ink); }
    .line { position: relative; margin-top: .375em; }
    input {
      display: block; width: 100%; height: 1.75em; margin: 0; background: none; cursor: pointer;
      --to: .5em + (100% - 1em);
      --fill: linear-gradient(to right, var(--accent) calc(var(--to) * var(--at, 0)), var(--soft) 0,
        var(--soft) calc(var(--to) * var(--made, 0)), var(--track) 0);
    }
    input::-webkit-slider-runnable-track { height: .375em; border-radius: 1em; background: var(--fill); }
    input::-moz-range-track { height: .375em; border-radius: 1em; background: var(--fill); }
    input::-webkit-slider-thumb { appearance: none; margin-top: -.3125em; width: 1em; height: 1em; border-radius: 1em; background: var(--accent); border: 2px solid var(--paper); }
    input::-moz-range-thumb { width: 1em; height: 1em; border-radius: 1em; background: var(--accent); border: 2px solid var(--paper); }
    .tools input { width: 4.5em; }
    .marks { position: absolute; inset: 0 .5em; pointer-events: none; }
    i { position: absolute; top: .5em; width: 3px; height: .75em; margin-left: -1px; background: var(--paper); }
    p { margin: .25em 0 0; }
    .said { display: flex; gap: .75em; font-size: .875em; min-height: 1.5em; margin: 0; }
    .said span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    .said button { margin-inline-start: auto; padding: 0 .25em; flex: none; min-height: 24px; text-decoration: underline; }
    .alert { padding-inline-start: .75em; border-inline-start: 3px solid var(--accent); }
    ol { list-style: none; margin: .375em 0 0; padding: .375em 0 0; border-top: 1px solid var(--line); max-height: 16em; overflow-y: auto; }
    li button { display: flex; gap: 1em; width: 100%; padding: .5em .625em; border-radius: .5em; text-align: start; }
    li span { flex: 1; overflow-wrap: anywhere; }
    [aria-current=true] { font-weight: 600; color: var(--accent); }
    .busy svg { opacity: .5; }
    @container (max-width: 34em) { .tools input { display: none; } }
    @container (max-width: 25em) { .tools { flex: 1; justify-content: space-between; } }
    @media (forced-colors: active) { input { forced-color-adjust: none; } }
    @media print { :host { display: none; } }
  `;
  const DRAWN = {
    play: "M8 5v14l11-7z", pause: "M6 5h4v14H6zM14 5h4v14h-4z", 
    back: "M12 5V1L7 6l5 5V7a6 6 0 1 1-6 6H4a8 8 0 1 0 8-8z", forward: "M12 5V1l5 5-5 5V7a6 6 0 1 0 6 6h2a8 8 0 1 1-8-8z",
    chapters: "M4 6h16v2H4zm0 5h16v2H4zm0 5h9v2H4z",
    sound: "M3 9v6h4l5 5V4L7 9zm12-.7v7.4a4 4 0 0 0 0-7.4zm0-4.1v2.1a6 6 0 0 1 0 11.4v2.1a8 8 0 0 0 0-15.6z",
    mute: "M3 9v6h4l5 5V4L7 9z",
    download: "M11 3h2v9l3.5-3.5L18 10l-6 6-6-6 1.5-1.5L11 12zM5 19h14v2H5z",
  };

  /** An element; text is only ever text. */
  const make = (tag, attributes = {}, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (value !== undefined) node.setAttribute(name, value);
    }
    node.append(...children);
    return node;
  };
  const picture = (name, words = "") => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    const add = (tag, attributes, text) => {
      const node = document.createElementNS(svg.namespaceURI, tag);
      for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
      node.textContent = text;
      svg.append(node);
    };
    add("path", { d: DRAWN[name] }, "");
    if (words) add("text", { x: 12, y: 15.8 }, words);
    return svg;
  };
  const pad = (number) => String(number).padStart(2, "0");
  const clock = (seconds) => {
    const hours = Math.floor(seconds / 3600);
    return `${hours ? `${hours}:` : ""}${pad(Math.floor(seconds / 60) % 60)}:${pad(Math.floor(seconds % 60))}`;
  };
  const spelt = (seconds) => {
    const count = (number, word) => `${number} ${word}${number > 1 ? "s" : ""}`;
    const [minutes, rest] = [Math.floor(seconds / 60) || 0, Math.floor(seconds % 60) || 0];
    return (minutes ? `${count(minutes, "minute")} ` : "") + count(rest, "seconde");
  };
  const show = (element, text) => {
    element.hidden = !text;
    if (text && element.textContent !== text) element.textContent = text;
  };
  const ACTIVE = "a, button, input, select, textarea, label, summary, audio, video, ecouter-article, [contenteditable], [role=button], [onclick]";

  class EcouterArticle extends HTMLElement {
    static observedAttributes = ["src", "theme"];

    #root = null;
    #ui = {};
    #audio = null;
    #timeline = new Timeline();
    #about = null;
    #loading = null;
    #events = null;
    #printed = null;
    #ranges = new Map();
    #sourced = null;
    /** The reader wants to hear it; has wanted to; lets the page scroll. */
    #on = false;
    #engaged = false;
    #follows = true;
    #scrolling = 0;
    /** The finished file; false: a stream from `#base` on; null: no sound yet. */
    #whole = null;
    #base = 0;
    #position = 0;
    /** Gives the time to go to, once that has been spoken. */
    #wanted = null;
    #ended = false;
    #starved = false;
    #failure = "";
    #attempts = 0;
    #broken = 0;
    #said = -1;
    #word = -1;
    #frame = 0;
    #timer = 0;
    #dragging = false;
    #kept = 0;
    #drawn = "";
    #key = "";

    get paused() {
      return !this.#on;
    }

    get currentTime() {
      if (this.#wanted || this.#whole === null) return this.#position;
      return this.#base + this.#audio.currentTime;
    }

    set currentTime(time) {
      this.#seek(Number(time));
    }

    get duration() {
      const { duration, estimate } = this.#about ?? {};
      return this.#timeline.estimate(duration ?? estimate ?? Number(this.getAttribute("duration") ?? NaN));
    }

    get playbackRate() {
      return Number(this.#ui.speed.value);
    }

    set playbackRate(rate) {
      this.#ui.speed.value = SPEEDS.includes(rate) ? rate : 1;
      this.#audio.defaultPlaybackRate = this.#audio.playbackRate = this.playbackRate;
    }

    async play() {
      if (this.#on) return;
      if (active !== this) {
        active?.pause();
        active?.#mark();
        active = this;
      }
      this.#on = this.#engaged = this.#follows = true;
      this.#set("loading");
      try {
        await this.#load();
      } catch (error) {
        this.#fail(error.name === "Error" ? error.message : SAY.unavailable);
      }
      if (!this.#on) return;
      this.#hear();
      this.#introduce();
      if (this.#ended) this.#go(0);
      else if (this.#wanted) this.#settle();
      else if (this.#whole === null && this.#position > 0) this.#seek(this.#position);
      else if (this.#whole !== this.#done) this.#go(this.currentTime);
      else this.#start();
    }

    pause() {
      if (!this.#on) return;
      this.#on = false;
      this.#audio.pause();
      this.#keep();
      this.#set("paused");
      this.dispatchEvent(new Event("pause"));
    }

    connectedCallback() {
      if (!this.#root) this.#build();
      if (document.readyState !== "loading") this.#begin();
      else document.addEventListener("DOMContentLoaded", () => this.isConnected && this.#begin(), { once: true });
    }

    disconnectedCallback() {
      this.pause();
      this.#mark();
      this.#leave();
    }

    attributeChangedCallback(name) {
      if (!this.#sourced) return;
      if (name === "theme") this.#dress();
      else this.#begin();
    }

    #leave() {
      this.#sourced?.abort();
      this.#events?.close();
      this.#sourced = this.#events = null;
    }

    #begin() {
      this.pause();
      this.#leave();
      this.#sourced = new AbortController();
      this.#timeline = new Timeline();
      this.#ranges.clear();
      this.#about = this.#loading = this.#printed = this.#whole = this.#wanted = null;
      this.#ended = this.#starved = this.#engaged = false;
      this.#failure = "";
      this.#take();
      this.#key = new URL(this.getAttribute("src") ?? this.#audio.src, document.baseURI).href;
      this.#position = Number(memory.read().positions[this.#key]) || 0;
      this.#listen();
      this.#dress();
      this.#set("idle");
      this.#refresh();
      if (this.hasAttribute("compact")) return;
      const seen = new IntersectionObserver((entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        seen.disconnect();
        this.#load().catch(() => {});
      });
      seen.observe(this);
    }

    #take() {
      const audio = this.querySelector("audio") ?? this.#audio ?? make("audio", { preload: "none" });
      const { rate, volume = 1, muted } = memory.read();
      if (!audio.isConnected) this.#root.append(audio);
      audio.controls = false;
      audio.volume = volume >= 0 && volume <= 1 ? volume : 1;
      audio.muted = muted === true;
      this.#audio = audio;
      this.playbackRate = rate;
    }

    #listen() {
      const on = (target, names, act) => {
        for (const name of names.split(" ")) target.addEventListener(name, act, { signal: this.#sourced.signal, passive: true });
      };
      const scrolls = (event) => {
        if (!this.#on || !this.#follows || (event.type !== "wheel" && event.composedPath().includes(this))) return;
        this.#follows = false;
        this.#ui.follow.hidden = !this.#ranges.get(this.#said);
      };
      on(this.#audio, "playing", () => {
        this.#set("playing");
        this.dispatchEvent(new Event("play"));
        this.#run();
      });
      on(this.#audio, "waiting", () => this.#on && this.#starve());
      on(this.#audio, "pause", () => {
        if (!this.#wanted && this.#audio.paused && !this.#audio.ended && !this.#audio.error) this.pause();
      });
      on(this.#audio, "timeupdate seeked", () => this.#tick());
      on(this.#audio, "ended", () => this.#over());
      on(this.#audio, "error", () => this.#break());
      on(this.#audio, "volumechange", () => this.#showVolume());
      on(this, "pointerenter focusin", () => this.#done && this.#hear());
      on(document, "click", (event) => this.#clicked(event));
      on(window, "pagehide", () => this.#keep());
      on(window, "resize", () => this.#said >= 0 && this.#mark(this.#said, this.#word));
      on(window, "wheel touchmove", scrolls);
      on(window, "keydown", (event) => /^(Arrow(Up|Down)|Page|Home|End| $)/.test(event.key) && scrolls(event));
      on(window, "scroll", (event) => {
        const { top, bottom } = this.#ranges.get(this.#said)?.getBoundingClientRect() ?? {};
        if (performance.now() > this.#scrolling && (bottom < 0 || top > innerHeight)) scrolls(event);
      });
      on(matchMedia("(prefers-color-scheme: dark)"), "change", () => this.#dress());
    }

    get #done() {
      return this.#about?.state === "done";
    }

    #load() {
      const { signal } = this.#sourced;
      this.#loading ??= this.#read().then((about) => {
        if (signal.aborted) return new Promise(() => {});
        this.#about = about;
        if (about.timeline?.blocks) this.#timeline.whole = about.timeline;
        if (this.getAttribute("click") === "always" && this.#done) this.#hear();
        this.#refresh();
      }, (error) => {
        this.#loading = null;
        throw error;
      });
      return this.#loading;
    }

    /** From the element, a folder's page, or the server. */
    async #read() {
      const src = this.getAttribute("src");
      let base = document.baseURI;
      let about = { state: "done", audio: this.#audio.src };
      if (src === null) {
        const inline = this.querySelector("script");
        if (inline) about = JSON.parse(inline.textContent);
      } else if (src.endsWith("/")) {
        base = new URL(src, base).href;
        const page = await (await ask(`${base}index.html`, "text/html")).text();
        const data = /<script type="application\/json">([^<]+)/.exec(page);
        if (!data) throw new Error(SAY.unavailable);
        about = JSON.parse(data[1]);
      } else {
        base = new URL(`${src}/`, base).href;
        about = await (await ask(base.slice(0, -1))).json();
      }
      const address = (path) => {
        const url = path && new URL(path, base);
        return url && /^(https?|file|blob):$/.test(url.protocol) ? url.href : "";
      };
      const audio = address(about.audio);
      if (!audio) throw new Error(SAY.unavailable);
      const timeline = about.timeline?.blocks ? about.timeline : address(about.timeline);
      return { ...about, audio, timeline, image: address(about.image) };
    }

    async #hear() {
      const { timeline } = this.#about;
      if (this.#events || !timeline || timeline.blocks) return;
      const { signal } = this.#sourced;
      if (this.#done) {
        this.#events = { close() {} };
        try {
          const whole = await (await ask(timeline)).json();
          if (!signal.aborted) this.#timeline.whole = whole;
        } catch {
          this.#events = null;
        }
        this.#news();
        return;
      }
      // The browser makes a lost connection again, and all is told again.
      const events = this.#events = new EventSource(timeline);
      for (const name of ["script", "utterance", "chapters", "done", "failed"]) {
        events.addEventListener(name, ({ data }) => this.#told(name, JSON.parse(data)));
      }
      events.onerror = () => {
        if (events.readyState < 2) return;
        this.#events = null;
        ask(timeline, "text/event-stream").then(() => SAY.unavailable, ({ message }) => message)
          .then((sentence) => signal.aborted || this.#mishap(sentence));
      };
    }

    #told(name, data) {
      if (name === "script") this.#timeline.blocks = data.blocks;
      else if (name === "utterance") this.#timeline.add(data);
      else if (name === "chapters") this.#timeline.chapters = data.chapters;
      else {
        this.#events.close();
        if (name === "done") {
          this.#timeline.duration = this.#about.duration = data.duration;
          this.#about.state = "done";
        } else {
          this.#mishap(data.error);
        }
      }
      this.#news();
    }

    #news() {
      if (this.#wanted) this.#settle();
      if (this.#starved && this.#done) this.#over();
      this.#refresh();
      this.#tick();
    }

    #seek(target) {
      const number = typeof target === "number";
      const time = number ? Math.max(0, Math.min(target, this.duration || target)) : this.currentTime;
      const reached = () => (this.#done ? Math.min(time, this.duration - 0.05) : time <= this.#timeline.made ? time : undefined);
      this.#follows = true;
      this.#ended = this.#starved = false;
      this.#position = time;
      if (this.#about) this.#wanted = number ? reached : target;
      if (this.#about && (this.#on || this.#whole !== null || this.#done)) this.#settle();
      this.#time();
    }

    #settle() {
      const time = this.#wanted();
      if (time !== undefined) {
        this.#go(time);
      } else {
        this.#audio.pause();
        if (this.#on) this.#set("loading", SAY.coming);
      }
    }

    /** What is not finished has no ranges: its stream begins anew. */
    #go(time) {
      const { audio } = this.#about;
      this.#wanted = null;
      this.#ended = this.#starved = false;
      this.#position = time;
      this.#base = this.#done ? 0 : time;
      if (!this.#done) this.#audio.src = `${audio}?from=${time.toFixed(3)}`;
      else if (this.#audio.error || (!this.#whole && this.#audio.src !== audio)) this.#audio.src = audio;
      if (this.#done) this.#audio.currentTime = time;
      this.#whole = this.#done;
      if (this.#on) this.#start();
      this.#tick();
    }

    #start() {
      this.#audio.play().catch((error) => error.name === "NotAllowedError" && this.pause());
    }

    #over() {
      const time = this.currentTime;
      this.#starved = !this.#done;
      if (this.#starved) {
        this.#starve();
      } else if (time < this.duration - 2) {
        this.#go(time);
      } else {
        this.#on = false;
        this.#ended = true;
        this.#mark();
        memory.keep(this.#key, 0);
        this.#set("ended");
        this.dispatchEvent(new Event("ended"));
      }
    }

    #starve() {
      if (this.#failure) this.#fail(this.#failure);
      else this.#set("loading");
    }

    #break() {
      if (!this.#on) return;
      const time = Math.max(this.currentTime, this.#position);
      if (time > this.#broken + 2) this.#attempts = 0;
      this.#broken = this.#position = time;
      if (this.#failure || this.#attempts === RETRIES) {
        this.#fail(this.#failure || SAY.unavailable);
      } else {
        this.#set("loading");
        setTimeout(() => this.#on && this.#audio.error && this.#go(time), 250 * 3 ** this.#attempts);
        this.#attempts += 1;
      }
    }

    /** Nothing more will be spoken; what has been spoken may still be heard. */
    #mishap(sentence) {
      this.#failure = sentence;
      const { readyState, currentTime } = this.#audio;
      if (this.#on && (this.#wanted || (currentTime && readyState < 3))) this.#fail(sentence);
    }

    #fail(sentence) {
      this.#position = Math.max(this.#position, this.currentTime);
      this.#on = false;
      this.#whole = this.#wanted = null;
      this.#events?.close();
      this.#events = null;
      this.#attempts = 0;
      this.#failure = "";
      this.#audio.removeAttribute("src");
      this.#audio.load();
      this.#set("error", sentence);
      this.dispatchEvent(new Event("error"));
    }

    #keep() {
      if (!this.#ended && this.#whole !== null) memory.keep(this.#key, this.#kept = this.currentTime);
    }

    #introduce() {
      const session = navigator.mediaSession;
      const { title, authors, section, image } = this.#about;
      session.metadata = new MediaMetadata({
        title: title || document.title,
        artist: authors?.join(", ") || "",
        album: section || "",
        artwork: image.startsWith("http") ? [{ src: image }] : [],
      });
      const by = (seconds) => () => this.#seek(this.currentTime + seconds);
      const turn = (step) => () => {
        const chapter = this.#timeline.chapters[this.#chapter() + step];
        if (chapter) this.#enter(chapter);
      };
      const keys = {
        play: () => this.play(), pause: () => this.pause(), seekbackward: by(-STEP), seekforward: by(STEP),
        seekto: ({ seekTime }) => this.#seek(seekTime), nexttrack: turn(1), previoustrack: turn(-1),
      };
      for (const [name, act] of Object.entries(keys)) session.setActionHandler(name, act);
    }

    #chapter() {
      const starts = this.#timeline.chapters.map(({ start }) => start ?? Infinity);
      return countUpTo(starts, this.currentTime + 0.1) - 1;
    }

    #enter({ start, block }) {
      this.#seek(start ?? (() => this.#startOf(block)));
    }

    #startOf(block) {
      return this.#timeline.startOf(block) ?? (this.#done ? this.duration - 0.05 : undefined);
    }

    #keyed(event) {
      const { utterances, blocks } = this.#timeline;
      const now = this.currentTime;
      const block = utterances[this.#timeline.at(now + 0.1)]?.block ?? 0;
      const to = {
        ArrowLeft: now - NUDGE, ArrowDown: now - NUDGE, ArrowRight: now + NUDGE, ArrowUp: now + NUDGE, Home: 0, End: this.duration,
        PageUp: () => this.#startOf(Math.max(0, block - 1)), PageDown: () => this.#startOf(Math.min(block + 1, blocks.length)),
      }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      this.#seek(to);
    }

    #clicked(event) {
      const { target } = event;
      const click = this.getAttribute("click");
      const ready = click === "always" ? !active || active === this : this.#engaged && active === this;
      const meant = !event.defaultPrevented && !String(getSelection()) && !target.closest(ACTIVE);
      if (!ready || !meant || click === "never" || !this.#about) return;
      const to = this.#map() && this.#sentenceAt(target, event.clientX, event.clientY);
      if (!to) return;
      this.#seek(to);
      this.play();
    }

    #sentenceAt(target, x, y) {
      let [nearest, best] = [undefined, Infinity];
      const weigh = (range, time) => {
        if (!range?.intersectsNode(target)) return;
        for (const { left, right, top, bottom } of range.getClientRects()) {
          const far = Math.max(top - y, 0, y - bottom) * 1000 + Math.max(left - x, 0, x - right);
          if (far < best) [nearest, best] = [time, far];
        }
      };
      const { utterances, blocks } = this.#timeline;
      utterances.forEach(({ start }, index) => weigh(this.#range(index), () => start));
      for (let block = (utterances.at(-1)?.block ?? -1) + 1; block < blocks.length; block += 1) {
        weigh(this.#printed.range(block, [0, blocks[block].text.length]), () => this.#startOf(block));
      }
      return nearest;
    }

    #map() {
      const { blocks } = this.#timeline;
      const here = this.#ranges.get(this.#said);
      if (blocks.length && (!this.#printed || (here && (here.collapsed || !here.startContainer.isConnected)))) {
        const selector = this.getAttribute("text");
        this.#printed = new Printed((selector && document.querySelector(selector)) || document.body, blocks);
        this.#ranges.clear();
      }
      return blocks.length > 0;
    }

    #range(index) {
      if (!this.#ranges.has(index)) {
        const { block, span } = this.#timeline.utterances[index];
        this.#ranges.set(index, this.#printed.range(block, span));
      }
      return this.#ranges.get(index);
    }

    #mark(said = -1, word = -1) {
      if (active !== this) return;
      const utterance = this.#timeline.utterances[said];
      const range = utterance && this.#map() ? this.#range(said) : undefined;
      const span = range && utterance.words[word]?.span;
      if (range) marker ??= new Marker();
      if (said !== this.#said) {
        const text = utterance && !range && this.#timeline.blocks[utterance.block].text;
        show(this.#ui.caption, text && text.slice(...units(text, utterance.span)));
        if (range) {
          marker.dress(this, this.#dark(range.startContainer.parentElement));
          this.#scroll(range);
        }
      }
      marker?.mark(SENTENCE, range);
      marker?.mark(WORD, span && this.#printed.range(utterance.block, span));
      [this.#said, this.#word] = [said, word];
      this.#ui.follow.hidden = this.#follows || !range;
    }

    #scroll(range) {
      if (!this.#follows || !this.#on || this.getAttribute("scroll") === "never") return;
      const { top, bottom } = range.getBoundingClientRect();
      const pinned = /sticky|fixed/.test(getComputedStyle(this).position) ? this.offsetHeight + 16 : 0;
      const least = Math.max(pinned, innerHeight * 0.08);
      if (top >= least && bottom <= innerHeight * 0.85) return;
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      this.#scrolling = performance.now() + 1000;
      scrollBy({ top: top - Math.max(least, innerHeight * 0.3), behavior: calm ? "instant" : "smooth" });
    }

    #dark(element) {
      return this.getAttribute("theme") === "dark" || (!this.hasAttribute("theme") && isDark(element, this.#ui.canvas));
    }

    #dress() {
      this.#ui.player.classList.toggle("dark", this.#dark(this.parentElement));
    }

    #build() {
      this.#root = this.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      this.#root.adoptedStyleSheets = [sheet];
      const ui = this.#ui;
      const button = (attributes, act, ...children) => make("button", { type: "button", onclick: act, ...attributes }, ...children);
      const tool = (name, label, act, words) =>
        button({ class: "tool", part: `tool ${name}`, "aria-label": label, title: label }, act, picture(name, words));
      ui.icon = make("span");
      ui.label = make("span");
      ui.play = button({ class: "play", part: "play" }, () => (this.#on ? this.pause() : this.play()), ui.icon, ui.label);
      ui.elapsed = make("b");
      ui.total = make("span");
      ui.speed = make("select", { part: "speed", "aria-label": SAY.speed, onchange: () => {
        this.playbackRate = this.playbackRate;
        memory.set({ rate: this.playbackRate });
      } }, ...SPEEDS.map((speed) => make("option", { value: speed }, `${String(speed).replace(".", ",")}×`)));
      const open = (wanted) => {
        ui.list.hidden = !wanted;
        ui.chapters.setAttribute("aria-expanded", wanted);
        if (!wanted) ui.chapters.focus();
      };
      ui.list = make("ol", { part: "list", hidden: "", "aria-label": SAY.chapters, onkeydown: ({ key }) => key === "Escape" && open(false) });
      ui.chapters = tool("chapters", SAY.chapters, () => open(ui.list.hidden));
      ui.chapters.setAttribute("aria-expanded", false);
      ui.mute = tool("sound", SAY.mute, () => {
        this.#audio.muted = !this.#audio.muted;
        memory.set({ muted: this.#audio.muted });
      });
      ui.volume = make("input", { type: "range", max: 100, part: "volume", "aria-label": SAY.volume, oninput: () => {
        this.#audio.volume = ui.volume.value / 100;
        this.#audio.muted = false;
        memory.set({ volume: this.#audio.volume, muted: false });
      } });
      ui.download = make("a", { class: "tool", part: "tool download", "aria-label": SAY.download, download: "" }, picture("download"));
      ui.slider = make("input", {
        type: "range", max: 0, step: "any", part: "slider", "aria-label": SAY.position, "aria-description": SAY.help,
        oninput: () => {
          this.#dragging = true;
          this.#time();
        },
        onchange: () => {
          this.#dragging = false;
          this.#seek(Number(ui.slider.value));
        },
        onkeydown: (event) => this.#keyed(event),
      });
      ui.marks = make("div", { class: "marks", "aria-hidden": "true" });
      ui.chapter = make("span");
      ui.status = make("span", { role: "status" });
      ui.follow = button({ part: "follow" }, () => {
        const range = this.#ranges.get(this.#said);
        this.#follows = ui.follow.hidden = true;
        if (range) this.#scroll(range);
      }, SAY.follow);
      ui.caption = make("p", { part: "caption", hidden: "" });
      ui.alert = make("p", { class: "alert", part: "alert", role: "alert" });
      ui.canvas = make("div", { class: "canvas" });
      ui.player = make("div", { class: "player", part: "player", role: "group", "aria-label": SAY.listen },
        make("div", { class: "row" }, ui.play, make("span", { class: "time", part: "time" }, ui.elapsed, " / ", ui.total),
          make("div", { class: "tools" },
            tool("back", SAY.back, () => this.#seek(this.currentTime - STEP), "15"),
            tool("forward", SAY.forward, () => this.#seek(this.currentTime + STEP), "15"),
            ui.speed, ui.chapters, ui.mute, ui.volume, ui.download)),
        make("div", { class: "line" }, ui.slider, ui.marks),
        make("p", { class: "said", part: "status" }, ui.chapter, ui.status, ui.follow),
        ui.caption, ui.alert, ui.list);
      this.#root.append(ui.player, ui.canvas);
      ui.close = () => open(false);
    }

    #set(state, sentence = "") {
      const { label, icon, play, alert, status, follow } = this.#ui;
      const { idle, ...named } = { idle: SAY.listen, loading: SAY.pause, playing: SAY.pause, paused: SAY.resume, ended: SAY.again, error: SAY.retry };
      label.textContent = named[state] ?? (this.#position > 1 ? SAY.resume : idle);
      icon.replaceChildren(picture(this.#on ? "pause" : state === "error" ? "back" : "play"));
      play.classList.toggle("busy", state === "loading");
      show(alert, state === "error" ? sentence : "");
      status.textContent = state === "loading" ? sentence || SAY.loading : "";
      follow.hidden ||= !this.#on;
      this.setAttribute("state", state);
      clearTimeout(this.#timer);
      if (state === "loading" && !this.#wanted) this.#timer = setTimeout(() => this.#fail(SAY.offline), PATIENCE);
      if (active === this) navigator.mediaSession.playbackState = this.#on ? "playing" : "paused";
      this.#time();
    }

    #showVolume() {
      const { mute, volume } = this.#ui;
      const silent = this.#audio.muted || !this.#audio.volume;
      volume.value = silent ? 0 : Math.round(this.#audio.volume * 100);
      volume.setAttribute("aria-valuetext", `${volume.value} %`);
      volume.style.setProperty("--at", volume.value / 100);
      mute.replaceChildren(picture(silent ? "mute" : "sound"));
      mute.title = silent ? SAY.unmute : SAY.mute;
      mute.setAttribute("aria-label", mute.title);
    }

    #refresh() {
      const { slider, chapters: opener, list, marks, download } = this.#ui;
      const { chapters } = this.#timeline;
      const { duration } = this;
      slider.max = duration || 0;
      slider.disabled = !duration;
      opener.hidden = chapters.length < 2;
      download.hidden = !this.#done;
      if (this.#done) download.href = this.#about.audio;
      const drawn = JSON.stringify([chapters, duration]);
      if (drawn !== this.#drawn) {
        this.#drawn = drawn;
        const focused = [...list.children].findIndex((item) => item.contains(this.#root.activeElement));
        list.replaceChildren(...chapters.map((chapter) => {
          const at = make("time", {}, chapter.start === undefined ? "–" : clock(chapter.start));
          return make("li", {}, make("button", { type: "button", onclick: () => {
            this.#ui.close();
            this.#enter(chapter);
            this.play();
          } }, make("span", {}, chapter.title), at));
        }));
        list.children[focused]?.firstChild.focus();
        marks.replaceChildren(...chapters.filter(({ start }) => start > 0).map(({ start }) => {
          const mark = make("i");
          mark.style.left = `${(100 * start) / duration}%`;
          return mark;
        }));
      }
      this.#showVolume();
      this.#time();
    }

    #run() {
      cancelAnimationFrame(this.#frame);
      if (!this.#on) return;
      this.#tick();
      this.#frame = requestAnimationFrame(() => this.#run());
    }

    #tick() {
      const time = this.currentTime;
      this.#time();
      if (this.#whole === null || this.#ended || this.#wanted) return;
      const said = this.#timeline.at(time + EARLY);
      const words = this.#timeline.utterances[said]?.words ?? [];
      const word = words.findLastIndex(({ start, end }) => start <= time + EARLY && time < end + 0.3);
      if (said !== this.#said || word !== this.#word) this.#mark(said, word);
      if (this.#on && Math.abs(time - this.#kept) > 3) this.#keep();
    }

    #time() {
      const { elapsed, total, slider, chapter, status, list } = this.#ui;
      const { duration } = this;
      const time = this.#dragging ? Number(slider.value) : this.currentTime;
      const known = this.#done || this.hasAttribute("duration");
      if (!this.#dragging) slider.value = time;
      slider.style.setProperty("--at", time / duration || 0);
      slider.style.setProperty("--made", this.#done ? 0 : this.#timeline.made / duration || 0);
      const shown = clock(time);
      const sum = known ? clock(duration) : duration ? `≈ ${clock(Math.ceil(duration / 5) * 5)}` : "00:00";
      const { chapters } = this.#timeline;
      const here = this.#chapter();
      show(chapter, this.#whole !== null && chapters.length > 1 && !status.textContent && chapters[here]?.title);
      if (elapsed.textContent === shown && total.textContent === sum) return;
      elapsed.textContent = shown;
      total.textContent = sum;
      slider.setAttribute("aria-valuetext", `${spelt(time)} sur ${spelt(duration)}`);
      [...list.children].forEach((item, index) => item.firstChild.setAttribute("aria-current", index === here));
      if (active === this && duration) {
        navigator.mediaSession.setPositionState({ duration, position: Math.min(time, duration), playbackRate: this.playbackRate });
      }
    }
  }
  customElements.define("ecouter-article", EcouterArticle);
})();
