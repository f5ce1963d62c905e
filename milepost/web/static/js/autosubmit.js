// A choice in a form[data-autosubmit] takes effect at once; without scripts its button does it.
document.addEventListener('change', event => {
  const form = event.target.form;
  if (form?.hasAttribute('data-autosubmit')) form.requestSubmit();
});
