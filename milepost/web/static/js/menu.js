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
