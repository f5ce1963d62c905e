// Where nobody has chosen yet, the browser's own time zone is proposed.
const list = document.querySelector('select[name=time_zone]');
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (list && [...list.options].some(option => option.value === here)) list.value = here;
