"""kubectl with custom resources and watches."""

import subprocess
import sys
import time

import rig
from kubectl_case import SERVICE, CRD, Kubectl

KITE = """
apiVersion: sky.example/v1
kind: Kite
metadata: {name: one}
spec: {height: 20}
"""


class CustomResources(Kubectl):
    def setUp(self):
        super().setUp()
        self.rig.kubectl('create', '-f', '-', stdin=CRD)
        self.rig.kubectl('wait', '--for=condition=Established', 'crd/kites.sky.example',
                         '--timeout=20s')

    def test_objects_are_defaulted_shown_and_explained(self):
        self.rig.kubectl('create', '-f', '-', stdin=KITE)
        self.assertEqual(self.get('kt', 'one')['spec'], {'height': 20, 'color': 'red'})
        head, row = self.rig.kubectl('get', 'kites').splitlines()
        self.assertEqual((head.split(), row.split()), (['NAME', 'HEIGHT'], ['one', '20']))
        self.assertIn('metres of line', self.rig.kubectl('explain', 'kite.spec.height'))
        self.assertRegex(self.rig.kubectl('api-resources', '--api-group=sky.example'),
                         r'kites\s+kt\s+sky\.example/v1\s+true\s+Kite')

    def test_invalid_objects_are_refused_with_the_field(self):
        for change, words in (
                (('height: 20', 'height: 501'), r'spec\.height: Invalid value: 501: '
                 r'spec\.height in body should be less than or equal to 500'),
                (('height: 20', 'height: high'), r'spec\.height: Invalid value: "string": '
                 r'spec\.height in body must be of type integer: "string"'),
                (('height: 20', 'color: red'), r'spec\.height: Required value'),
                (('20', '20, color: green'), r'spec\.color: Unsupported value: "green"')):
            self.kubectl_refused(words, 'create', '--validate=false', '-f', '-',
                                 stdin=KITE.replace(*change))

    def test_unknown_fields_are_pruned_or_refused(self):
        typo = KITE.replace('height: 20', 'height: 20, hieght: 30')
        self.kubectl_refused(r'unknown field "spec\.hieght"', 'create', '-f', '-', stdin=typo)
        self.rig.kubectl('create', '--validate=ignore', '-f', '-', stdin=typo)
        self.assertNotIn('hieght', self.get('kite', 'one')['spec'])

    def test_patches_and_status(self):
        self.rig.kubectl('apply', '-f', '-', stdin=KITE)
        self.rig.kubectl('patch', 'kite', 'one', '--type=merge', '-p', '{"spec":{"height":30}}')
        self.rig.kubectl('patch', 'kite', 'one', '--type=merge', '--subresource=status', '-p',
                         '{"status":{"up":true},"spec":{"height":99}}')
        kite = self.get('kite', 'one')
        self.assertEqual((kite['spec']['height'], kite['status']), (30, {'up': True}))
        self.assertEqual(kite['metadata']['generation'], 2)
        self.kubectl_refused('strategic-merge-patch.json is not supported', 'patch', 'kite', 'one',
                             '--type=strategic', '-p', '{"spec":{"height":30}}')

    def test_the_definition_takes_its_objects_with_it(self):
        self.rig.kubectl('create', '-f', '-', stdin=KITE)
        self.rig.kubectl('delete', 'crd', 'kites.sky.example', '--timeout=30s')
        self.kubectl_refused('the server could not find the requested resource', 'get', 'kites')


class Watch(Kubectl):
    def test_a_watch_sees_what_happens(self):
        self.make_map('first')
        watch = subprocess.Popen(
            ['kubectl', 'get', 'configmaps', '--watch', '--output-watch-events', '-o',
             'custom-columns=E:.type,N:.object.metadata.name', '--no-headers'],
            env=self.rig.env, stdout=subprocess.PIPE, text=True)
        self.addCleanup(watch.stdout.close)
        self.addCleanup(watch.wait)
        self.addCleanup(watch.terminate)
        lines = (line.split() for line in watch.stdout)
        self.assertEqual(next(x for x in lines if 'kube-root-ca.crt' not in x), ['ADDED', 'first'])
        self.make_map('second')
        self.assertEqual(next(x for x in lines if 'kube-root-ca.crt' not in x), ['ADDED', 'second'])
        self.rig.kubectl('label', 'configmap', 'second', 'a=b')
        self.assertEqual(next(lines), ['MODIFIED', 'second'])
        self.rig.kubectl('delete', 'configmap', 'second')
        self.assertEqual(next(lines), ['DELETED', 'second'])

    def test_a_watch_prints_the_columns_of_each_change(self):
        self.rig.kubectl('create', '-f', '-', stdin=SERVICE)
        watch = subprocess.Popen(['kubectl', 'get', 'service', 'echo', '--watch'],
                                 env=self.rig.env, stdout=subprocess.PIPE, text=True)
        self.addCleanup(watch.stdout.close)
        self.addCleanup(watch.wait)
        self.addCleanup(watch.terminate)
        self.assertEqual(watch.stdout.readline().split()[3], 'EXTERNAL-IP')
        self.assertEqual(watch.stdout.readline().split()[3], '<pending>')
        self.rig.kubectl('patch', 'service', 'echo', '--type=merge', '--subresource=status', '-p',
                         '{"status":{"loadBalancer":{"ingress":[{"hostname":"a.example"}]}}}')
        self.assertEqual(watch.stdout.readline().split()[3], 'a.example')

    def test_a_watch_ends_with_the_server(self):
        watch = subprocess.Popen(['kubectl', 'get', 'namespaces', '--watch'], env=self.rig.env,
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.addCleanup(watch.stdout.close)
        self.addCleanup(watch.wait)
        self.addCleanup(watch.terminate)
        self.assertIn('NAME', watch.stdout.readline())
        begin = time.monotonic()
        status, said = self.rig.stop()
        self.assertEqual(status, 0, said)
        self.assertLess(time.monotonic() - begin, 20)
        self.rig = rig.Rig(*self.arguments)  # for the clean-up


if __name__ == '__main__':
    sys.exit(rig.main())
