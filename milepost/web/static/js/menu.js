// An opened menu that would lie under the screen's edge turns the other way; where neither has room, the page moves.
const beyond = list => {
  const place = list.getBoundingClientRect();
  return place.bottom > innerHeight ? 'below' : place.top < 0 ? 'above' : '';
};
document.addEventListener('toggle', event => {
  const list = event.target.open && event.target.matches('details.menu') && event.target.querySelector('.menu-list');
  if (!list || getComputedStyle(list).position === 'fixed' || !beyond(list)) return;
  const way = list.classList.toggle('upward', beyond(list) === 'below');
  if (!beyond(list)) return;
  list.classList.toggle('upward', !way);
  list.scrollIntoView({ block: 'nearest' });
}, true);

// A details.menu closes when something else is clicked or focused, and on Escape, which gives the focus back.
const openMenus = () => document.querySelectorAll('details.menu[open]');
const closeOthers = event => openMenus().forEach(menu => { if (!menu.contains(event.target)) menu.open = false; });
document.addEventListener('click', closeOthers);
document.addEventListener('focusin', closeOthers);
document.addEventListener('keydown', event => {
  if (event.key !== 'Escape') return;
  openMenus().forEach(menu => {
    if (menu.contains(document.activeElement)) menu.querySelector('summary').focus();
    menu.open = false;
  });
});
