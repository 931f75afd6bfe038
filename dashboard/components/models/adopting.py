"""Making a version of one's own out of a model somebody else logged, in sight.

Where the operator does not allow that from the app, the command that does it.
"""

from __future__ import annotations

import shlex
from dataclasses import replace

import streamlit as st

from dashboard import caching
from dashboard.adopter.order import Order
from dashboard.adopter.outcome import Adopted, Drafted, Failed, Stopped
from dashboard.components.models import adoption_done, adoption_draft, adoption_table
from dashboard.components.models.adoption_draft import Draft
from dashboard.markdown import code, note, plain
from dashboard.selection import Selection
from dashboard.services import Services, Watched
from model.registry.versions import Version

RUN, DRAFT = "adopting.run", "adopting.draft.held"
MARK = "adopting"  # in the address: who loads the page anew has another session
LISTED_BEFORE = "adopting.listed_before"  # the table is of before the run ended
LOOK_AGAIN = 0.5  # seconds
AT_ONCE = 0.2  # what fails at once is told without a bar
WHAT_IT_DOES = (
    "Adopting opens the model once, in a process of its own, writes down what it takes and which "
    "of its answers is the risk, proves that the new version answers as the original does, and "
    "registers it. The original stays as it is. It asks before it runs any code of the model."
)
BUSY = "Another model is being adopted. Wait for its end."
NOTHING = "Nothing was registered."
OWN_CODE = (
    "Run its own code only if you trust whoever logged it. It runs in a process of its own, "
    "without a network, and answers there from then on unless it is proven to be numbers."
)


def is_going_on(services: Services) -> bool:
    """Whether this session adopts a model, or has a draft or an outcome to look at; one whose page
    was loaded anew finds them by its address.
    """
    _find_again(services)
    return RUN in st.session_state or DRAFT in st.session_state


def render(services: Services, _selection: Selection, ticked: tuple[Version, ...]) -> None:
    """What this session adopts; else the next step for what is ticked."""
    _find_again(services)
    run: Watched | None = st.session_state.get(RUN)
    if run is not None:
        st.query_params[MARK] = run.mark
    if run is not None and run.stage is not None:
        _follow(run)
        return
    if run is not None:
        _ended(services, run)
    held: Draft | None = st.session_state.get(DRAFT)
    if held is not None:
        if services.adopter is not None and services.adopter.is_busy:
            st.info(BUSY)
        st.session_state[DRAFT] = adoption_draft.render(
            held, lambda order: _start(services, order), _forget
        )
    elif run is None or not isinstance(run.outcome, Adopted):
        _offer(services, ticked, run)


def _find_again(services: Services) -> None:
    mark = st.query_params.get(MARK)
    if mark is None or RUN in st.session_state or DRAFT in st.session_state:
        return
    run = services.adopter.found(mark) if services.adopter is not None else None
    if run is None:
        del st.query_params[MARK]
    else:
        st.session_state[RUN], st.session_state[LISTED_BEFORE] = run, True


def _ended(services: Services, run: Watched) -> None:
    """Say how it ended; a draft is laid ready."""
    outcome = run.outcome
    if isinstance(outcome, Adopted):
        if st.session_state.pop(LISTED_BEFORE, False):
            caching.forget_listed()  # the table above has one more now
            st.session_state.pop(DRAFT, None)
            st.rerun()
        adoption_done.render(services, run.order, outcome, _forget)
    elif isinstance(outcome, Drafted):
        st.session_state[DRAFT] = Draft.of(run.order, outcome)
        del st.session_state[RUN]
    elif isinstance(outcome, Stopped):
        later = "If it was registered just before, it is in the table above; otherwise nothing was."
        told = later if outcome.while_registering else NOTHING
        st.info(plain(f"{run.order.title}: stopped. {told}"))
    elif isinstance(outcome, Failed):
        st.error(plain(f"{run.order.title} was not adopted. {outcome.sentence}"))
        if _needs_its_code(run):
            _with_its_code(services, run.order)


def _needs_its_code(run: Watched) -> bool:
    failed = run.outcome
    return isinstance(failed, Failed) and failed.needs_its_code and not run.order.run_its_code


def _with_its_code(services: Services, order: Order) -> None:
    """The one way left for a model that brings its own code."""
    if not services.settings.may_run_original_code:
        st.markdown(
            "This app may not run it: whoever runs the app allows that, with "
            f"{code('BEDSIDE_WORKERS=true')}. Or run the command yourself:"
        )
        command = f"python -m model adopt {shlex.quote(order.reference)} --run-its-code"
        st.code(command, language="shell", wrap_lines=True)
        return
    st.markdown(plain(OWN_CODE))
    st.button(
        "Run its code, and adopt",
        on_click=_start,
        args=(services, replace(order, run_its_code=True)),
        disabled=services.adopter is None or services.adopter.is_busy,
        key="adopting.own_code",
    )


def _offer(services: Services, ticked: tuple[Version, ...], before: Watched | None) -> None:
    """One model from here, several by a command each; of what cannot be adopted, why not.

    before : what was tried last, and did not come about.
    """
    ready = [version for version in ticked if version.can_be_adopted]
    for version in ticked:
        if version not in ready:
            st.markdown(plain(f"{version.title}: {_why_not(version)}."))
    if not ready:
        return
    if services.adopter is None or not services.adopts or len(ready) > 1:
        st.markdown(note(WHAT_IT_DOES))
        commands = "\n".join(version.adopt_command for version in ready)
        st.code(commands, language="shell", wrap_lines=True)
        return
    (version,) = ready
    order = Order(version.original, version.title)
    again = before if before is not None and before.order.reference == order.reference else None
    if again is not None and _needs_its_code(again):
        return  # the same would be refused again; what is left to do is said above
    st.markdown(note(WHAT_IT_DOES))
    kept = again.order.table if again is not None else None
    order = replace(order, table=adoption_table.render(kept, "adopting"))
    busy = services.adopter.is_busy
    if busy:
        st.info(BUSY)
    with st.container(horizontal=True):
        st.button(
            plain(f"Adopt {version.title}"),
            type="primary",
            on_click=_start,
            args=(services, order),
            disabled=busy,
            key="adopting.adopt",
        )
        st.button(
            "See its draft first",
            on_click=_start,
            args=(services, replace(order, dry_run=True)),
            disabled=busy,
            help="Opens and asks the model, and registers nothing. Then you can change labels, "
            "units and words, and adopt it with those.",
            key="adopting.draft_first",
        )


def _why_not(version: Version) -> str:
    if version.scores:
        return "gives numbers already"
    return version.status or "it logged no model"


def _start(services: Services, order: Order) -> None:
    assert services.adopter is not None  # or there was no button
    run = services.adopter.start(order)
    if run is None:
        return  # somebody was quicker: the page says that another is being adopted
    adoption_draft.put_away()
    if not order.study:
        st.session_state.pop(DRAFT, None)
    st.session_state[RUN], st.session_state[LISTED_BEFORE] = run, True
    st.query_params[MARK] = run.mark
    run.wait(AT_ONCE)


@st.fragment(run_every=LOOK_AGAIN)
def _follow(run: Watched) -> None:
    stage = run.stage
    if stage is None:
        st.rerun()
    st.markdown(f"## Adopting {plain(run.order.title)}", anchors=False)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(min(max(stage.done, 0.0), 1.0), text=f"{plain(stage.name)} …")
        st.button("Stop", on_click=run.stop, icon=":material/stop:", key="adopting.stop")
    st.markdown(note("It goes on while you look at other pages, or load this one anew."))


def _forget() -> None:
    """Nothing of it is kept in the session."""
    for key in (RUN, DRAFT, LISTED_BEFORE):
        st.session_state.pop(key, None)
    st.query_params.pop(MARK, None)
    adoption_draft.put_away()
