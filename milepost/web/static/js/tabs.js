// Where a row of tabs is wider than the screen, the tab one is on comes into view, with its neighbours beside it.
for (const tabs of document.querySelectorAll('.tabs')) {
  const here = tabs.querySelector('[aria-current]');
  if (!here) continue;
  const [row, tab] = [tabs.getBoundingClientRect(), here.getBoundingClientRect()];
  tabs.scrollBy({ left: tab.left + tab.width / 2 - row.left - row.width / 2, behavior: 'instant' });
}
