(() => {
  "use strict";
  const audio = document.querySelector("audio");
  const times = JSON.parse(document.getElementById("timeline").textContent);
  const chapters = [...document.querySelectorAll("[data-start]")];
  let current = -1;

  /** The last entry that has started at `time`, or -1. */
  const at = (starts, time) => {
    let low = 0, high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts[middle] <= time) low = middle + 1; else high = middle;
    }
    return low - 1;
  };
  const starts = times.map(([start]) => start);
  const chapterStarts = chapters.map((button) => Number(button.dataset.start));
  const mark = (index, on) => document.getElementById(`u${index}`)?.classList.toggle("now", on);

  const follow = () => {
    const time = audio.currentTime + 0.02;
    const index = at(starts, time);
    if (index !== current) {
      mark(current, false);
      mark(index, true);
      current = index;
    }
    const chapter = at(chapterStarts, time);
    chapters.forEach((button, n) => {
      if (n === chapter) button.setAttribute("aria-current", "true"); else button.removeAttribute("aria-current");
    });
    if (!audio.paused) requestAnimationFrame(follow);
  };

  const play = (time) => {
    audio.currentTime = time;
    audio.play();
  };
  for (const name of ["play", "seeked", "timeupdate"]) audio.addEventListener(name, follow);
  chapters.forEach((button, n) => button.addEventListener("click", () => play(chapterStarts[n])));
  document.addEventListener("click", (event) => {
    const sentence = event.target.closest(".u");
    if (sentence && String(document.getSelection()) === "") play(starts[Number(sentence.id.slice(1))]);
  });
})();
