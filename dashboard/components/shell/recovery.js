// Lets the browser ask for the whole page. A part of it can only be asked for where the session
// knows it: one that is new since the app was started again may not.

export default function ({setTriggerValue}) {
  const ask = () => setTriggerValue("wanted", true);
  window.bedsideWholePage = ask;
  return () => { if (window.bedsideWholePage === ask) delete window.bedsideWholePage; };
}
