"""kubectl's server-side apply, and its tools: describe, rollout, scale, diff, explain."""

import json
import sys

import rig
from kubectl_case import MANY, OTHERS, Kubectl


class ServerSideApply(Kubectl):
    MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {%s}\n'

    def apply(self, data, manager='kubectl', *more):
        return self.rig.kubectl('apply', '--server-side', '--field-manager', manager, *more, '-f',
                                '-', stdin=self.MAP % data)

    def owners(self):
        """{manager: (operation, the keys of data that it owns)}, as --show-managed-fields has it."""
        shown = self.rig.kubectl_json('get', 'configmap', 'm', '--show-managed-fields')
        return {entry['manager']: (entry['operation'], sorted(
                    key[2:] for key in entry['fieldsV1'].get('f:data', {}) if key != '.'))
                for entry in shown['metadata']['managedFields']}

    def test_each_applier_owns_what_it_applied(self):
        self.assertEqual(self.apply('a: "1"'), 'configmap/m serverside-applied\n')
        self.apply('b: "2"', 'other')
        self.assertEqual(self.get('configmap', 'm')['data'], {'a': '1', 'b': '2'})
        self.assertEqual(self.owners(), {'kubectl': ('Apply', ['a']), 'other': ('Apply', ['b'])})
        self.assertNotIn('managedFields', self.get('configmap', 'm')['metadata'])

    def test_what_an_applier_leaves_out_goes_unless_another_has_it(self):
        self.apply('a: "1", b: "2"')
        self.apply('b: "2"', 'other')
        self.apply('c: "3"')
        self.assertEqual(self.get('configmap', 'm')['data'], {'b': '2', 'c': '3'})
        self.assertEqual(self.owners(), {'kubectl': ('Apply', ['c']), 'other': ('Apply', ['b'])})

    def test_another_value_for_an_owned_field_is_a_conflict_until_forced(self):
        self.apply('a: "1"')
        before = self.rig.kubectl_json('get', 'configmap', 'm', '--show-managed-fields')
        said = self.kubectl_refused(
            r'Apply failed with 1 conflict: conflict with "kubectl": \.data\.a', 'apply',
            '--server-side', '--field-manager=other', '-f', '-', stdin=self.MAP % 'a: "2"')
        self.assertIn('--force-conflicts', said)  # kubectl's advice for a Conflict with causes
        self.assertEqual(
            self.rig.kubectl_json('get', 'configmap', 'm', '--show-managed-fields'), before)
        self.apply('a: "2"', 'other', '--force-conflicts')
        self.assertEqual(self.get('configmap', 'm')['data'], {'a': '2'})
        self.assertEqual(self.owners()['other'], ('Apply', ['a']))
        self.assertEqual(self.owners().get('kubectl', ('Apply', []))[1], [])

    def test_a_conflict_names_who_patched(self):
        self.apply('a: "1"')
        self.rig.kubectl('patch', 'configmap', 'm', '-p', '{"data":{"a":"9"}}')
        self.assertEqual(self.owners()['kubectl-patch'], ('Update', ['a']))
        self.kubectl_refused(r'conflict with "kubectl-patch" using v1( at .*)?: \.data\.a', 'apply',
                             '--server-side', '-f', '-', stdin=self.MAP % 'a: "1"')
        self.apply('a: "9"')  # the same value: both own it
        self.assertEqual(self.owners()['kubectl'], ('Apply', ['a']))

    def test_lists_merge_by_their_keys(self):
        ports = 'apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {ports: [%s]}\n'
        self.rig.kubectl('apply', '--server-side', '-f', '-',
                         stdin=ports % '{name: http, port: 80}')
        self.rig.kubectl('apply', '--server-side', '--field-manager=other', '-f', '-',
                         stdin=ports % '{name: tls, port: 443}')
        self.assertEqual([p['port'] for p in self.get('service', 's')['spec']['ports']], [80, 443])
        self.rig.kubectl('apply', '--server-side', '-f', '-', stdin=(
            'apiVersion: v1\nkind: Service\nmetadata: {name: s}\n'))
        self.assertEqual([p['port'] for p in self.get('service', 's')['spec']['ports']], [443])

    def test_a_dry_run_applies_nothing(self):
        self.apply('a: "1"', 'kubectl', '--dry-run=server')
        self.kubectl_refused('NotFound', 'get', 'configmap', 'm')

    def test_a_typo_is_refused(self):
        self.kubectl_refused(r'unknown field "datum"', 'apply', '--server-side', '-f', '-',
                             stdin=(self.MAP % 'a: "1"').replace('\ndata:', '\ndatum:'))
        self.kubectl_refused('NotFound', 'get', 'configmap', 'm')

    def test_client_side_apply_moves_to_the_server(self):
        self.rig.kubectl('apply', '-f', '-', stdin=self.MAP % 'a: "1", b: "2"')
        self.apply('a: "1"')  # kubectl hands its own client-side fields over: b goes
        self.assertEqual(self.get('configmap', 'm')['data'], {'a': '1'})


class Tools(Kubectl):
    """What people reach for when something is wrong; what is missing says so."""

    def setUp(self):
        super().setUp()
        self.rig.kubectl('create', '-f', '-', stdin=MANY)

    def test_describe(self):
        told = self.rig.kubectl('describe', 'deployment', 'echo', '-n', 'qa')
        self.assertRegex(told, r'Replicas:\s+2 desired \| 0 updated \| 0 total')
        self.assertRegex(told, r'StrategyType:\s+RollingUpdate')
        self.assertRegex(told, r'Image:\s+echo:1')
        self.rig.kubectl('create', '-f', '-', stdin=OTHERS)
        told = self.rig.kubectl('describe', 'ingress', 'i')
        self.assertRegex(told, r'Ingress Class:\s+c\n')
        self.assertRegex(self.rig.kubectl('describe', 'lease', 'l'), r'Holder Identity:\s+me')
        self.assertRegex(self.rig.kubectl('describe', 'namespace', 'qa'), r'Status:\s+Active')

    def test_events_of_an_object_stand_in_its_description(self):
        self.make_map('m')
        uid = self.get('configmap', 'm')['metadata']['uid']
        self.rig.kubectl('create', '-f', '-', stdin=json.dumps({
            'apiVersion': 'v1', 'kind': 'Event', 'metadata': {'name': 'e'}, 'type': 'Warning',
            'reason': 'Fell', 'message': 'it fell', 'count': 3, 'involvedObject': {
                'apiVersion': 'v1', 'kind': 'ConfigMap', 'name': 'm', 'namespace': 'default', 'uid': uid}}))
        told = self.rig.kubectl('describe', 'configmap', 'm')
        self.assertRegex(told, r'Warning\s+Fell\s.*\(x3 over .*it fell')
        self.assertRegex(self.rig.kubectl('events', '--for', 'configmap/m'), r'Fell\s+ConfigMap/m')

    def test_rollouts_are_followed(self):
        status = ('rollout', 'status', 'deployment/echo', '-n', 'qa', '--timeout=500ms')
        self.kubectl_refused('timed out waiting', *status)
        self.rig.kubectl('patch', 'deployment', 'echo', '-n', 'qa', '--subresource=status',
                         '--type=merge', '-p', json.dumps({'status': {
                             'observedGeneration': 1, 'replicas': 2, 'updatedReplicas': 2,
                             'readyReplicas': 2, 'availableReplicas': 2}}))
        self.assertIn('successfully rolled out', self.rig.kubectl(*status))
        self.rig.kubectl('rollout', 'restart', 'deployment/echo', '-n', 'qa')
        deployment = self.get('deployment', 'echo', '-n', 'qa')
        self.assertEqual(deployment['metadata']['generation'], 2)
        self.assertIn('kubectl.kubernetes.io/restartedAt',
                      deployment['spec']['template']['metadata']['annotations'])

    def test_scale_and_its_condition(self):
        scale = ('scale', 'deployment', 'echo', '-n', 'qa')
        self.kubectl_refused('Expected replicas to be 7, was 2', *scale, '--current-replicas=7',
                             '--replicas=3')
        self.rig.kubectl(*scale, '--current-replicas=2', '--replicas=3')
        self.assertEqual(self.get('deployment', 'echo', '-n', 'qa')['spec']['replicas'], 3)
        self.kubectl_refused('must be greater than or equal to 0', 'patch', 'deployment', 'echo',
                             '-n', 'qa', '-p', '{"spec":{"replicas":-1}}')

    def test_diff_shows_what_apply_would_change_and_changes_nothing(self):
        manifest = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: d}\ndata: {a: "%d"}\n'
        self.rig.kubectl('apply', '-f', '-', stdin=manifest % 1)
        done = self.rig.run('kubectl', 'diff', '-f', '-', stdin=manifest % 2, check=False)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertRegex(done.stdout, r'(?m)^-  a: "1"\n\+  a: "2"$')
        self.assertEqual(self.get('configmap', 'd')['data'], {'a': '1'})
        done = self.rig.run('kubectl', 'diff', '-f', '-', stdin=manifest % 1, check=False)
        self.assertEqual((done.returncode, done.stdout), (0, ''))

    def test_what_there_is_not_says_so(self):
        self.rig.kubectl('run', 'p', '--image=echo:1')
        for words, command in (
                ('the subresource "log" of pods is not emulated', 'logs p'),
                ('the subresource "exec" of pods is not emulated', 'exec p -- ls'),
                ('the subresource "attach" of pods is not emulated', 'attach p'),
                ('Metrics API not available', 'top nodes'),
                ('nodes "none" not found', 'drain none'),
                ('no rollout history found', 'rollout undo deployment/echo -n qa')):
            self.kubectl_refused(words, *command.split())

    def test_what_i_may(self):
        self.assertEqual(self.rig.kubectl('auth', 'can-i', 'delete', 'nodes', '-A').strip(), 'yes')
        told = self.rig.kubectl('auth', 'can-i', '--list')
        self.assertRegex(told, r'(?m)^\*\.\*\s.*\[\*\]$')
        self.assertRegex(self.rig.kubectl('create', 'token', 'default'), r'^[\w-]+\.[\w-]+\.[\w-]+$')

    def test_explain_of_each_kind_that_is_served(self):
        kinds = self.rig.kubectl('api-resources', '-o', 'name', '--verbs=list').split()
        self.assertGreater(len(kinds), 50)
        for kind in kinds[::7]:  # all of them take half a minute
            self.assertRegex(self.rig.kubectl('explain', kind.split('.')[0]),
                             r'FIELDS:\n')


if __name__ == '__main__':
    sys.exit(rig.main())
