"""tools/run_tests: what Meson logged is counted by test case, and nothing is lost."""

import importlib.machinery
import importlib.util
import json
import os
import sys
import tempfile
import unittest

import tap

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'tools', 'run_tests')
LOADER = importlib.machinery.SourceFileLoader('run_tests', PATH)
run_tests = importlib.util.module_from_spec(importlib.util.spec_from_loader('run_tests', LOADER))
sys.dont_write_bytecode = True
LOADER.exec_module(run_tests)


def counted(result, stdout='', stderr=''):
    counts, _ = run_tests.count_test({'name': 'x', 'result': result, 'stdout': stdout,
                                      'stderr': stderr})
    return counts.passed, counts.failed, counts.skipped


class RunTests(unittest.TestCase):
    def test_each_tap_case_counts(self):
        self.assertEqual(counted('OK', '1..2\nok 1 - a\nok 2 - b\n'), (2, 0, 0))
        self.assertEqual(counted('FAIL', 'ok 1 - a\nnot ok 2 - b\n# why\nok 3\n'), (2, 1, 0))
        self.assertEqual(counted('OK', 'ok 1 - a # SKIP no kubectl\nok 2\n'), (1, 0, 1))

    def test_words_that_begin_like_a_result_are_none(self):
        self.assertEqual(counted('OK', 'okay then\nnot okay\nok 1 - x\n'), (1, 0, 0))

    def test_a_program_without_cases_is_one(self):
        self.assertEqual(counted('OK', 'all well\n'), (1, 0, 0))
        self.assertEqual(counted('FAIL', 'file:1: wrong\n'), (0, 1, 0))
        self.assertEqual(counted('SKIP'), (0, 0, 1))

    def test_a_crash_behind_passed_cases_is_a_failure(self):
        self.assertEqual(counted('ERROR', 'ok 1 - a\n'), (1, 1, 0))
        self.assertEqual(counted('TIMEOUT', 'ok 1 - a\n'), (1, 1, 0))
        self.assertEqual(counted('FAIL', 'ok 1 - a\nnot ok 2 - b\n'), (1, 1, 0))

    def test_a_case_that_says_skipped_has_not_passed(self):
        self.assertEqual(counted('OK', 'ok 1 - a\nok 2 - b\n', 'SKIPPED: no ../shared\n'),
                         (1, 0, 1))
        self.assertEqual(counted('OK', '# SKIPPED no ../shared\nok 1 - a\n'), (0, 0, 1))
        self.assertEqual(counted('OK', '', 'SKIPPED: no ../shared\n'), (0, 0, 1))

    def test_a_log_is_summed_and_names_what_failed(self):
        rows = [{'name': 'base / a', 'result': 'OK', 'stdout': 'ok 1\nok 2\n'},
                {'name': 'base / b', 'result': 'ERROR', 'stdout': '', 'stderr': 'boom'},
                {'name': 'base / c', 'result': 'OK', 'stdout': 'SKIPPED: why\nok 1\n'}]
        with tempfile.NamedTemporaryFile('w', suffix='.json') as log:
            log.write('\n'.join(json.dumps(row) for row in rows))
            log.flush()
            counts, failed, reasons = run_tests.read_log(log.name)
        self.assertEqual(str(counts), '2 passed, 1 failed, 1 skipped')
        self.assertEqual(failed, ['base / b'])
        self.assertEqual(reasons, ['base / c: why'])


if __name__ == '__main__':
    sys.exit(tap.main())
