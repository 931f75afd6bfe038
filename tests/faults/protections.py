"""Each protection, the change that takes it away, and the test that fails without it.

`python -m tests.faults` makes the changes, one after the other and each in a copy of its own, and
sees the tests fail.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Protection:
    """One of them.

    what : a sentence. file, kept, gone : where, and what stands there with it and without.
    test : what must fail then, as pytest names it.
    """

    what: str
    file: str
    kept: str
    gone: str
    test: str


TRACKING = "tests/faults/test_tracking.py::"
ARTIFACTS = "tests/faults/test_artifacts.py::"
FETCHED = (
    f"{ARTIFACTS}test_files_handed_out_badly_end_in_a_sentence_in_time_and_are_read_when_right_"
    "again"
)
FILES = (
    "tests/faults/test_hostile_files.py::test_a_file_that_becomes_large_is_refused_in_a_sentence"
)
COUNTS = "tests/model/scoring/test_documents.py::test_what_an_additive_form_may_hold_has_limits"
SERVER = "tests/web/test_running_server.py::"
CONFIG = ".streamlit/config.toml"
REST = "tests/model/endpoints/test_rest_scorer.py::"
AUDIT = "tests/model/registry/test_audit_log.py::"
FAULT = "test_nothing_but_an_answer_is_taken_and_no_value_is_told"

PROTECTIONS: tuple[Protection, ...] = (
    Protection(
        "A thread that was given up ends",
        "model/deadline.py",
        "        _reaper.take(thread)\n",
        "",
        "tests/model/test_deadline.py::test_a_thread_that_reads_from_a_dripping_server_is_ended[body]",
    ),
    Protection(
        "An odd address of a tracking server is refused before anybody is asked",
        "model/registry/connection.py",
        "        require_sensible(self._address)\n",
        "",
        "tests/faults/test_addresses.py::test_an_odd_tracking_server_ends_in_a_sentence[http://]",
    ),
    Protection(
        "A full disk is waited for",
        "model/registry/causes.py",
        "SLOW_DATABASE, FULL)",
        "SLOW_DATABASE)",
        "tests/model/registry/test_causes.py::test_a_full_disk_may_pass_and_is_waited_for",
    ),
    Protection(
        "A schema is read for sense",
        "model/schema/contract.py",
        "        _require_sense(schema)\n",
        "",
        "tests/model/schema/test_schema.py::"
        "test_a_schema_that_makes_no_sense_is_not_read[a name twice]",
    ),
    Protection(
        "An endpoint has one deadline for its whole answer",
        "model/endpoints/invocations.py",
        "return within(seconds, lambda: self._asked(body, kind, seconds, limit))",
        "return self._asked(body, kind, seconds, limit)",
        f"{REST}{FAULT}[a header at a time]",
    ),
    Protection(
        "A proxy of the environment gets no patient",
        "model/endpoints/invocations.py",
        "            proxies=NO_PROXY,\n",
        "",
        f"{REST}test_a_proxy_of_the_environment_gets_no_patient",
    ),
    Protection(
        "An endpoint's redirect is not followed",
        "model/endpoints/invocations.py",
        "allow_redirects=False",
        "allow_redirects=True",
        f"{REST}{FAULT}[a redirect]",
    ),
    Protection(
        "A text is no risk",
        "model/scoring/assessment.py",
        "is_numeric_dtype(kind) and not is_bool_dtype(kind)",
        "True",
        f"{REST}{FAULT}[numbers as text]",
    ),
    Protection(
        "Golden patients stand at random places",
        "model/endpoints/rest_scorer.py",
        "golden = self._random.choice(len(asked), SENTINELS, replace=False)",
        "golden = np.arange(SENTINELS)",
        f"{REST}test_golden_patients_stand_somewhere_else_each_time_and_are_others",
    ),
    Protection(
        "Every answer of an endpoint is compared with the version's own",
        "dashboard/components/shell/route.py",
        "return ProvenEndpoint(remote, model)",
        "return remote",
        "tests/dashboard/views/test_patient.py::"
        "test_an_endpoint_right_on_the_golden_patients_and_wrong_on_this_one_gives_no_number",
    ),
    Protection(
        "A tracking server's redirect is not followed",
        "model/registry/conventions.py",
        '"MLFLOW_ALLOW_HTTP_REDIRECTS": "false"',
        '"MLFLOW_ALLOW_HTTP_REDIRECTS": "true"',
        f"{TRACKING}test_nobody_follows_where_a_server_sends_requests_on_to[302 Found]",
    ),
    Protection(
        "How long a server says to wait is not obeyed",
        "model/registry/conventions.py",
        '"MLFLOW_HTTP_RESPECT_RETRY_AFTER_HEADER": "false"',
        '"MLFLOW_HTTP_RESPECT_RETRY_AFTER_HEADER": "true"',
        f"{TRACKING}test_each_cause_has_its_sentence_in_time[429]",
    ),
    Protection(
        "A question to the tracking server has a deadline",
        "model/registry/connection.py",
        "return deadline.within(self._left(), work)",
        "return work()",
        f"{TRACKING}test_each_cause_has_its_sentence_in_time[a header at a time]",
    ),
    Protection(
        "A database that is locked while it is opened is told",
        "model/registry/connection.py",
        "(self._opening_seconds, work, self._look())",
        "(self._opening_seconds, work)",
        f"{TRACKING}test_a_database_that_is_locked_while_it_is_opened_is_told_to_everybody_and_"
        "comes_back",
    ),
    Protection(
        "A database server is asked while it is looked at or opened",
        "model/registry/connection.py",
        "deadline.within(SILENT_SECONDS, lambda: store_state.examine(self._address))",
        "pass",
        f"{TRACKING}test_a_database_server_that_says_nothing_is_told_in_time[while it is opened]",
    ),
    Protection(
        "Files that come too slowly are given up",
        "model/registry/connection.py",
        "return now > self._end",
        "return now > self._end + 60",
        f"{FETCHED}[a byte at a time]",
    ),
    Protection(
        "No more of a file is fetched than its server says there is",
        "model/registry/artifacts.py",
        "            if size > most:",
        "            if False:",
        f"{FETCHED}[endless]",
    ),
    Protection(
        "Files are fetched in the thread of the question, which ends",
        "model/registry/artifacts.py",
        "store._download_file(name, str(into / Path(name).name))",
        "store.download_artifacts(name, str(into))",
        f"{ARTIFACTS}test_nobody_goes_on_fetching_what_was_given_up",
    ),
    Protection(
        "Files are fetched from nowhere else than their server",
        "model/registry/conventions.py",
        '"MLFLOW_ENABLE_PROXY_MULTIPART_DOWNLOAD": "false"',
        '"MLFLOW_ENABLE_PROXY_MULTIPART_DOWNLOAD": "true"',
        f"{ARTIFACTS}test_nobody_fetches_files_from_where_a_server_sends_them",
    ),
    Protection(
        "After a question that was not answered the next is told at once",
        "model/registry/connection.py",
        "if time.monotonic() < until:",
        "if False:",
        f"{TRACKING}test_after_a_question_that_was_not_answered_the_next_one_is_told_at_once",
    ),
    Protection(
        "MLflow loads no pickle",
        "model/registry/conventions.py",
        '    PICKLES: "false",\n',
        "",
        "tests/faults/test_pickles.py::test_mlflow_loads_no_pickle_where_our_settings_hold",
    ),
    Protection(
        "The pages of a Parquet file are measured before they are unpacked",
        "model/tables/parquet.py",
        "if unpacked > limits.unpacked_file(size) or count > limits.PARQUET_PAGES:",
        "if False:",
        f"{FILES}[plain texts compressed]",
    ),
    Protection(
        "What texts of a dictionary come to is counted",
        "model/tables/parquet.py",
        "if unpacked > limits.unpacked_file(packed):",
        "if False:",
        f"{FILES}[texts of 100 000 letters]",
    ),
    Protection(
        "A line too long for a patient is not taken apart",
        "model/files/reading/readers.py",
        "line = text.readline(limits.HEADER_BYTES)",
        "line = text.readline()",
        "tests/faults/test_hostile_files.py::test_a_line_too_long_for_a_patient_is_not_taken_apart",
    ),
    Protection(
        "What an estimator comes to is counted before it is unpacked",
        "model/scoring/estimator_file.py",
        "        limits.require_estimator(data)\n",
        "",
        f"{FILES}[zeros beside.skops]",
    ),
    Protection(
        "An array is counted as often as it is mentioned",
        "model/limits.py",
        "if total > ESTIMATOR_BYTES:",
        "if False:",
        f"{FILES}[one array often.skops]",
    ),
    Protection(
        "The documents of a bundle have a size altogether",
        "model/scoring/bundle.py",
        "LARGEST_FILE if name == ESTIMATOR else left)",
        "LARGEST_FILE)",
        f"{FILES}[an endless document]",
    ),
    Protection(
        "A bundle has a number of submodels at most",
        "model/scoring/additive_file.py",
        "limits.require_at_most(limits.SUBMODELS,",
        "limits.require_at_most(10**9,",
        f"{COUNTS}[submodels]",
    ),
    Protection(
        "A sum has a number of terms at most",
        "model/scoring/additive_file.py",
        "limits.require_at_most(limits.TERMS,",
        "limits.require_at_most(10**9,",
        f"{COUNTS}[terms of a sum]",
    ),
    Protection(
        "The sums of a bundle have a number of terms altogether",
        "model/scoring/additive_file.py",
        "        limits.TERMS_IN_ALL,",
        "        10**9,",
        f"{COUNTS}[terms of all sums]",
    ),
    Protection(
        "A term that is written once is counted as often as it is named",
        "model/scoring/additive_file.py",
        "            limits.PARAMETERS_IN_ALL,",
        "            10**12,",
        f"{COUNTS}[parameters of all sums]",
    ),
    Protection(
        "A bundle has a number of inputs that may be missing at most",
        "model/scoring/loaded_model.py",
        "            limits.DROPPABLE_INPUTS,",
        "            10**9,",
        "tests/model/scoring/test_documents.py::test_a_version_that_does_without_too_many_inputs_is_refused",
    ),
    Protection(
        "A line of the audit log that was cut short is taken back",
        "model/registry/audit_log.py",
        "if written != len(line):",
        "if False:",
        f"{AUDIT}test_on_a_nearly_full_disk_a_line_is_written_whole_or_not_at_all[60]",
    ),
    Protection(
        "A line of the audit log is on the disk before its seal says so",
        "model/registry/audit_log.py",
        "        os.fsync(file.fileno())\n        _seal",
        "        _seal",
        f"{AUDIT}test_a_line_is_on_the_disk_before_its_seal_says_so",
    ),
    Protection(
        "A line whose seal cannot be written is taken back",
        "model/registry/audit_log.py",
        "        file.truncate(end.size)\n        raise",
        "        raise",
        f"{AUDIT}test_a_line_whose_seal_cannot_be_written_is_taken_back",
    ),
    Protection(
        "What cannot be written down is not shown",
        "dashboard/batch_run.py",
        "            self.failure = str(error)\n            return\n",
        "            pass\n",
        "tests/dashboard/test_audit_trail.py::test_what_cannot_be_written_down_is_not_shown",
    ),
    Protection(
        "One writer at a time at a store that is a file",
        "model/registry/turn.py",
        "            _lock(folder, path, seconds)\n",
        "            pass\n",
        "tests/model/registry/test_patience.py::"
        "test_one_process_has_its_turn_and_a_killed_one_leaves_it",
    ),
    Protection(
        "What passes is waited for",
        "model/registry/patience.py",
        "        except passing as error:",
        "        except () as error:",
        "tests/model/registry/test_patience.py::test_what_passes_is_waited_for[False]",
    ),
    Protection(
        "An error of a page is one sentence",
        "dashboard/app.py",
        "    except Exception as error:\n        broke_off(error)\n",
        "",
        "tests/dashboard/test_app.py::TestTheEdge::"
        "test_a_page_that_breaks_off_says_so_in_a_sentence_with_a_code",
    ),
    Protection(
        "The text of an error is in no log",
        "dashboard/mishap.py",
        "            record.exc_info = record.exc_text = None\n",
        "",
        "tests/dashboard/test_app.py::TestTheEdge::"
        "test_what_streamlit_would_log_whole_is_logged_without_its_text",
    ),
    Protection(
        "An odd version leaves the others to be chosen",
        "dashboard/components/shell/sidebar.py",
        "problem=mishap.as_ours(raised))\n        return selection",
        "problem=mishap.as_ours(raised))\n                raise\n        return selection",
        "tests/dashboard/test_app.py::TestTheEdge::"
        "test_a_version_that_breaks_the_sidebar_leaves_the_others_to_be_chosen",
    ),
    Protection(
        "Markup in a label is shown letter by letter",
        "dashboard/markdown.py",
        "return plain(line) if RISKY.search(line) else line",
        "return line",
        "tests/dashboard/test_markdown.py::"
        "test_a_label_with_markup_in_it_is_shown_letter_by_letter[[click](https://evil.example)]",
    ),
    Protection(
        "Every answer has the security headers",
        "dashboard/web_protection.py",
        "                    headers[name] = value\n",
        "                    pass\n",
        f"{SERVER}test_every_answer_has_the_security_headers[/]",
    ),
    Protection(
        "A page of another origin asks nothing",
        "dashboard/web_protection.py",
        "(Middleware(SecurityHeaders), Middleware(SameOrigin, allowed=_allowed_origins))",
        "(Middleware(SecurityHeaders),)",
        f"{SERVER}test_a_page_of_another_origin_opens_no_session_and_asks_nothing[http://127.0.0.1:1]",
    ),
    Protection(
        "A record prints nothing of its patient",
        "model/record/record.py",
        "    values: Mapping[str, float] = field(repr=False)",
        "    values: Mapping[str, float]",
        "tests/faults/test_reprs.py::test_what_holds_a_patient_prints_nothing_of_them[a record]",
    ),
    Protection(
        "A session that does not know the page runs all of it",
        "dashboard/components/patient/form.js",
        "if (store.tries >= WHOLE_PAGE_AFTER && window.bedsideWholePage)",
        "if (false)",
        "tests/browser/test_reconnection.py::"
        "test_a_session_that_never_ran_the_page_is_asked_for_all_of_it",
    ),
    *(
        Protection(f"`{kept.partition(' ')[0]}` in the server's settings", CONFIG, kept, gone, test)
        for kept, gone, test in (
            (
                "headless = true",
                "headless = false",
                f"{SERVER}test_headless_nobody_is_asked_for_anything_and_no_browser_is_opened",
            ),
            (
                'address = "127.0.0.1"',
                'address = "0.0.0.0"',
                f"{SERVER}test_address_other_machines_are_not_listened_to",
            ),
            (
                'allowedHosts = ["localhost", "127.0.0.1"]',
                "allowedHosts = []",
                f"{SERVER}test_allowed_hosts_another_name_for_this_machine_opens_no_session"
                "[evil.example]",
            ),
            (
                "enableXsrfProtection = true",
                "enableXsrfProtection = false",
                f"{SERVER}test_enable_xsrf_protection_a_file_without_its_token_is_not_taken",
            ),
            (
                "maxUploadSize = 20",
                "maxUploadSize = 21",
                f"{SERVER}test_max_upload_size_a_larger_file_is_not_taken",
            ),
            (
                'fileWatcherType = "none"',
                'fileWatcherType = "auto"',
                f"{SERVER}test_file_watcher_type_nothing_watches_files",
            ),
            (
                "minCachedMessageSize = 1_000_000_000",
                "",
                f"{SERVER}test_min_cached_message_size_every_message_goes_whole",
            ),
            (
                "gatherUsageStats = false",
                "gatherUsageStats = true",
                f"{SERVER}test_gather_usage_stats_nobody_is_told_of_a_visit",
            ),
            (
                'serverAddress = "localhost"',
                "",
                f"{SERVER}test_server_address_the_terminal_shows_one_address_and_asks_nobody_for_"
                "others",
            ),
            (
                'showErrorDetails = "none"',
                'showErrorDetails = "full"',
                f"{SERVER}test_show_error_details_an_error_is_named_and_not_shown",
            ),
            (
                "showErrorLinks = false",
                "showErrorLinks = true",
                f"{SERVER}test_show_error_links_no_error_is_sent_to_a_search_engine",
            ),
            (
                "disableDataExport = true",
                "disableDataExport = false",
                f"{SERVER}test_disable_data_export_tables_have_no_export_of_their_own",
            ),
            (
                'toolbarMode = "minimal"',
                'toolbarMode = "developer"',
                f"{SERVER}test_toolbar_mode_no_developer_menu",
            ),
        )
    ),
)
