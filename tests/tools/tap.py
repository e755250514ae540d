"""Runs unittest test cases and writes their results as TAP, so that Meson counts each of them."""

import sys
import unittest


class Result(unittest.TestResult):
    """One TAP line per test; the name is the test's method, which is the sentence it proves."""

    def __init__(self):
        super().__init__()
        self.count = 0

    def write(self, ok, test, note='', trouble=''):
        self.count += 1
        print('%s %d - %s%s' % ('ok' if ok else 'not ok', self.count, test.id(), note))
        for line in trouble.splitlines():
            print('# ' + line)

    def addSuccess(self, test):
        self.write(True, test)

    def addSkip(self, test, reason):
        self.write(True, test, ' # SKIP ' + reason)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.write(False, test, trouble=self.failures[-1][1])

    def addError(self, test, err):
        super().addError(test, err)
        self.write(False, test, trouble=self.errors[-1][1])

    def addSubTest(self, test, subtest, err):
        if err is not None:
            failed = issubclass(err[0], test.failureException)
            super().addSubTest(test, subtest, err)
            found = self.failures if failed else self.errors
            self.write(False, subtest, trouble=found[-1][1])


def main(module='__main__'):
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules[module])
    result = Result()
    suite.run(result)
    print('1..%d' % result.count)
    return 0 if result.count and result.wasSuccessful() else 1
