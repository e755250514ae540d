"""tools/checksrc: each rule finds what it is for, and nothing else."""

import os
import subprocess
import sys
import tempfile
import unittest

import tap

CHECKSRC = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'tools', 'checksrc')


class Checksrc(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def write(self, path, text):
        full = os.path.join(self.folder.name, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, 'w', encoding='utf-8') as stream:
            stream.write(text)
        return full

    def run_it(self, *files):
        done = subprocess.run([sys.executable, CHECKSRC, '--root', self.folder.name, *files],
                              capture_output=True, text=True, check=False)
        return done.returncode, done.stdout.splitlines(), done.stderr

    def check(self, path, text):
        """Exit status, and the findings without the file's name."""
        status, lines, _ = self.run_it(self.write(path, text))
        for line in lines:
            self.assertTrue(line.startswith(path + ':'), line)
        return status, [line[len(path) + 1:] for line in lines]

    def assert_fine(self, path, text):
        self.assertEqual(self.check(path, text), (0, []))

    def assert_finds(self, path, text, *beginnings):
        status, found = self.check(path, text)
        self.assertEqual(status, 1)
        self.assertEqual(len(found), len(beginnings), found)
        for line, beginning in zip(found, beginnings):
            self.assertTrue(line.startswith(beginning), line)

    # layers

    def test_an_include_may_point_downwards(self):
        self.assert_fine('emulator/world/world.c', '#include <stdio.h>\n'
                         '#include "emulator/world/world.h"\n#include "emulator/base/json.h"\n')
        self.assert_fine('runner/main.c', '#include "emulator/emulator.h"\n')
        self.assert_fine('tests/aws/test_gateway.c', '#include "runner/text.h"\n')

    def test_an_include_may_not_point_upwards(self):
        self.assert_finds('emulator/base/json.c', '\n#include "emulator/world/world.h"\n',
                          '2: layer: "emulator/world/world.h" stands above emulator/base')
        self.assert_finds('emulator/judge/judge.c', '#include "emulator/emulator.h"\n', '1: layer')
        self.assert_finds('emulator/emulator.c', '#include "runner/main.h"\n', '1: layer')
        self.assert_finds('runner/main.c', '#include "tests/lib/world.h"\n', '1: layer')

    def test_the_facades_do_not_know_each_other(self):
        self.assert_finds('emulator/aws/gateway.c', '#include "emulator/kube/kube.h"\n',
                          '1: layer: "emulator/kube/kube.h" stands beside emulator/aws')
        self.assert_finds('emulator/kube/registry.c', '#include "emulator/aws/aws.h"\n', '1: layer')

    def test_includes_are_written_from_the_top_of_the_tree(self):
        self.assert_finds('emulator/base/json.c', '#include "json.h"\n', '1: layer: include by')

    # banned calls

    def test_calls_without_a_ceiling_are_banned(self):
        for call in ('sprintf(a, "x")', 'strcpy(a, b)', 'strcat(a, b)', 'strncpy(a, b, 3)',
                     'gets(a)', 'system("x")', 'popen("x", "r")', 'localtime(&t)', 'rand()'):
            self.assert_finds('emulator/base/x.c', 'void f(void);\n\t%s;\n' % call, '2: banned')

    def test_names_that_only_look_like_banned_calls_are_fine(self):
        self.assert_fine('emulator/base/x.c', '\tsnprintf(a, 3, "x");\n\tmy_strcpy(a);\n'
                         '\tlocaltime_r(&t, &tm);\n\tx->system(1);\n\tx.gets(1);\n\tbrand(1);\n')

    def test_comments_and_texts_may_name_what_is_banned(self):
        self.assert_fine('emulator/base/x.c', '/* sprintf( is banned,\n strcpy( too */\n'
                         '\tchar c = \'"\';\n\tlog_debug("strcat(a, \\"b\\")"); // gets(x)\n')

    def test_libraries_stand_behind_their_headers(self):
        for word in ('cJSON *x', 'cJSON_Delete(x)', 'yaml_parser_t p', 'sqlite3_open(x, y)',
                     'XML_Parse(p)', 'MHD_run(d)'):
            self.assert_finds('runner/main.c', '\t%s;\n' % word, '1: library')
        self.assert_finds('runner/main.c', '#include <yaml.h>\n', '1: library')
        self.assert_finds('emulator/aws/x.c', '#include <cjson/cJSON.h>\n', '1: library')

    def test_libraries_may_be_called_behind_their_headers(self):
        self.assert_fine('emulator/base/json_parse.c', '#include <cjson/cJSON.h>\n\tcJSON *x;\n')
        self.assert_fine('emulator/base/yaml.c', '#include <yaml.h>\n\tyaml_parser_t p;\n')
        self.assert_fine('emulator/world/durable.c', '\tsqlite3_close(x);\n')
        self.assert_fine('runner/store.c', '\tsqlite3_close(x);\n')
        self.assert_fine('emulator/http/server.c', '\tMHD_run(d);\n')

    def test_our_own_yaml_and_xml_names_are_fine(self):
        self.assert_fine('runner/main.c', '\tyaml_parse(a);\n\tyaml_get(b);\n'
                         '\tint x = XML_DEPTH_MAX;\n')

    def test_tests_do_not_sleep(self):
        for call in ('sleep(1)', 'usleep(1)', 'nanosleep(&t, NULL)'):
            self.assert_finds('tests/base/test_x.c', '\t%s;\n' % call, '1: sleep')

    def test_nothing_below_the_runner_prints_or_exits(self):
        self.assert_finds('emulator/kube/x.c', '\tprintf("x");\n\tfputs("x", stderr);\n\texit(1);\n',
                          '1: print', '2: print', '3: exit')
        self.assert_fine('runner/main.c', '\tprintf("x");\n\texit(1);\n')
        self.assert_fine('emulator/base/log.c', '\tfprintf(stderr, "x");\n')

    def test_one_place_reads_the_clock_and_one_allocates(self):
        self.assert_finds('emulator/aws/x.c', '\ttime(NULL);\n\tmalloc(3);\n', '1: clock', '2: memory')
        self.assert_fine('emulator/base/clock.c', '\tclock_gettime(0, &t);\n')
        self.assert_fine('emulator/base/util.c', '\tmalloc(3);\n')

    def test_text_buffers_are_small(self):
        self.assert_finds('runner/x.c', '\tchar text[256];\n', '1: buffer')
        self.assert_fine('runner/x.c', '\tchar text[255];\n\tchar bytes[4096];\n')

    # sizes

    def test_a_long_file_is_refused(self):
        self.assert_fine('runner/x.c', 'int x;\n' * 600)
        self.assert_finds('runner/x.c', 'int x;\n' * 601, '601: file-size: 601 lines, more than 600')
        status, found = self.check('tests/clients/x.py', 'x = 1\n' * 601)
        self.assertEqual((status, len(found)), (0, 1))
        self.assertIn('601: warning: file-size: 601 lines', found[0])
        self.assert_fine('docs/x.md', 'x\n' * 601)

    def function(self, lines, inside=''):
        return 'static bool\nlong_one(int a,\n\t int b)\n{\n' + inside + '\tx();\n' * lines + '}\n'

    def test_a_long_function_is_warned_of_and_a_longer_one_refused(self):
        self.assert_fine('runner/x.c', self.function(60))
        status, found = self.check('runner/x.c', self.function(61))
        self.assertEqual(status, 0)
        self.assertEqual(found, ['4: warning: function-size: long_one has 61 lines, more than 60'])
        self.assert_finds('runner/x.c', 'int x;\n\n' + self.function(101),
                          '6: function-size: long_one has 101 lines, more than 100')

    def test_a_long_table_is_no_function(self):
        self.assert_fine('runner/x.c', 'static const int rows[] = {\n' + '\t1,\n' * 200 + '};\n')

    # documentation

    def test_each_function_of_a_header_has_a_comment(self):
        self.assert_finds('emulator/base/x.h', '#pragma once\n/* Title. */\n\n'
                          'struct x *x_new(void);\n\nbool x_go(struct x *x,\n\t  int n);\n',
                          '4: doc: x_new has no comment', '6: doc: x_go has no comment')

    def test_a_comment_is_above_behind_or_over_the_group(self):
        self.assert_fine('emulator/base/x.h', '/** Makes one. */\nstruct x *x_new(void);\n\n'
                         'int x_a(void); /* behind */\n\n/** Both. */\nint x_b(void);\n'
                         'int x_c(int a,\n\tint b);\n\n/**\n * Long.\n */\nvoid x_d(void);\n')

    def test_what_is_no_function_needs_no_comment(self):
        self.assert_fine('emulator/base/x.h', '#include <stdio.h>\n\nstruct x;\n\n'
                         'typedef int x_fn(int a);\n\n#define X(a) \\\n\tf(a)\n\n'
                         'struct y {\n\tint (*call)(int);\n\tint z;\n};\n\n'
                         'enum e { A, B };\n\nextern const struct x rows[];\n\nDEFINE_FREEP(x, x)\n')

    def test_headers_of_tests_are_left_alone(self):
        self.assert_fine('tests/lib/x.h', 'int x(void);\n')

    # lines

    def test_trailing_blanks_and_long_lines_are_found(self):
        self.assert_finds('runner/x.c', 'int x; \nint y;\t\n', '1: trailing-space',
                          '2: trailing-space')
        self.assert_fine('runner/x.c', '\t' + 'x' * 96 + '\n')
        self.assert_finds('runner/x.c', '\t' + 'x' * 97 + '\n', '1: columns: 105 columns')
        self.assert_finds('README.md', 'x \n', '1: trailing-space')

    def test_texts_and_tables_may_have_long_lines(self):
        self.assert_fine('README.md', 'x' * 200 + '\n')
        self.assert_fine('emulator/aws/errors.tbl', 'x' * 200 + '\n')

    def test_the_last_line_ends(self):
        self.assert_finds('runner/x.c', 'int x;', '1: end-of-file')

    def test_what_is_left_to_do_needs_an_issue(self):
        word = 'TO' + 'DO'
        self.assert_finds('runner/x.c', '/* %s: later */\n' % word, '1: todo')
        self.assert_fine('runner/x.c', '/* %s(#12): later */\n' % word)

    # exceptions

    def test_an_exception_stands_on_the_line_or_above_it(self):
        self.assert_fine('emulator/base/x.c', '\texit(1); /* checksrc: allow exit no way on */\n')
        self.assert_fine('emulator/base/x.c', '\t/* checksrc: allow exit no way on */\n\texit(1);\n')
        self.assert_finds('emulator/base/x.c',
                          '\t/* checksrc: allow exit no way on */\n\n\texit(1);\n',
                          '1: allow: nothing here needs', '3: exit')

    def test_an_exception_names_a_rule_and_a_reason(self):
        self.assert_finds('emulator/base/x.c', '\texit(1); /* checksrc: allow exit */\n',
                          '1: allow: the reason is missing', '1: exit')
        self.assert_finds('emulator/base/x.c', '/* checksrc: allow exits why */\n',
                          '1: allow: there is no rule "exits"')

    def test_an_exception_for_another_rule_does_not_help(self):
        self.assert_finds('emulator/base/x.c', '\texit(1); /* checksrc: allow print why */\n',
                          '1: allow', '1: exit')

    def test_a_whole_file_or_function_may_be_excepted(self):
        self.assert_fine('runner/x.c', '/* checksrc: allow file-size one table */\n'
                         + 'int x;\n' * 1200)
        self.assert_fine('runner/x.c',
                         self.function(120, '\t/* checksrc: allow function-size a list */\n'))

    # the tree

    def test_generated_files_and_test_data_are_left_alone(self):
        self.write('emulator/model/generated/aws.c', 'x' * 200 + ' \n')
        self.write('tests/golden/a.yaml', 'x \n')
        self.write('runner/x.c', 'int x;\n')
        self.assertEqual(self.run_it(), (0, [], ''))

    def test_without_names_the_whole_tree_is_checked(self):
        self.write('runner/x.c', 'int x; \n')
        self.write('docs/a.md', 'x \n')
        status, found, _ = self.run_it()
        self.assertEqual(status, 1)
        self.assertEqual([line.split(' ')[0] for line in found], ['docs/a.md:1:', 'runner/x.c:1:'])

    def test_a_missing_file_and_an_empty_tree_are_failures(self):
        status, found, _ = self.run_it(os.path.join(self.folder.name, 'nope.c'))
        self.assertEqual((status, found), (1, ['nope.c:0: No such file or directory']))
        status, found, error = self.run_it()
        self.assertEqual((status, found, error), (1, [], 'checksrc: no files to check\n'))


if __name__ == '__main__':
    sys.exit(tap.main())
