"""tools/modelgen/aws.py: what it refuses. What it writes is tested in tests/model."""

import copy
import hashlib
import importlib.util
import json
import os
import sys
import tempfile
import unittest
import zipfile

import tap

HERE = os.path.dirname(os.path.abspath(__file__))
SPEC = importlib.util.spec_from_file_location(
    'aws', os.path.join(HERE, '..', '..', 'tools', 'modelgen', 'aws.py'))
aws = importlib.util.module_from_spec(SPEC)
sys.dont_write_bytecode = True
SPEC.loader.exec_module(aws)

MODEL = {
    'metadata': {'apiVersion': '2020-01-01', 'endpointPrefix': 'x', 'serviceFullName': 'X',
                 'serviceId': 'X', 'protocols': ['query']},
    'operations': {'Do': {'name': 'Do', 'http': {'method': 'POST', 'requestUri': '/'},
                          'input': {'shape': 'In'}}},
    'shapes': {'In': {'type': 'structure', 'required': ['A'], 'members': {'A': {'shape': 'S'}}},
               'S': {'type': 'string', 'min': 1, 'max': 3, 'enum': ['a"\\?', 'b']}},
}


class FakeWheel:
    """Holds one service's models, as aws.Wheel would give them."""

    def __init__(self, model, pages=None):
        self.models = {'service-2': copy.deepcopy(model),
                       'paginators-1': {'pagination': pages or {}}}

    def model(self, _folder, kind):
        return self.models[kind]


class Modelgen(unittest.TestCase):
    def service(self, model, protocol='query', pages=None):
        return aws.Service(FakeWheel(model, pages), 'x', 'x', protocol, False)

    def refused(self, change, text, **more):
        model = copy.deepcopy(MODEL)
        change(model)
        with self.assertRaises(SystemExit) as caught:
            self.service(model, **more)
        self.assertIn(text, str(caught.exception))

    def test_a_small_model_is_written(self):
        service = self.service(MODEL)
        self.assertEqual(service.members, ['{"A",0,0,0,0,1,0,0,1},'])
        self.assertEqual(service.enums, ['"a\\"\\\\\\?",', '"b",'])
        self.assertEqual(service.shapes[1], '{"S",SHAPE_STRING,0,192,1,0,2,0,0,1,3,0,0,0,0,0,0},')

    def test_an_unknown_trait_of_a_shape_is_refused(self):
        self.refused(lambda m: m['shapes']['S'].update(exclusiveMax=3),
                     'x S: unknown trait exclusiveMax')

    def test_an_unknown_trait_of_a_member_is_refused(self):
        self.refused(lambda m: m['shapes']['In']['members']['A'].update(secret=True),
                     'x In.A: unknown trait secret')

    def test_an_unknown_trait_of_an_operation_is_refused(self):
        self.refused(lambda m: m['operations']['Do'].update(newThing={}),
                     'x Do: unknown trait newThing')

    def test_a_protocol_that_the_model_does_not_list_is_refused(self):
        self.refused(lambda m: None, 'does not list protocol json', protocol='json')

    def test_a_required_member_that_does_not_exist_is_refused(self):
        self.refused(lambda m: m['shapes']['In'].update(required=['B']), 'x In: requires members')

    def test_a_paginator_of_no_operation_is_refused(self):
        self.refused(lambda m: None, 'paginators of unknown operations: Undo',
                     pages={'Undo': {'input_token': 'A'}})

    def test_a_limit_too_fine_for_the_table_is_refused(self):
        self.refused(lambda m: m['shapes'].update(D={'type': 'double', 'min': 0.00001}),
                     'x D: limit 1e-05 is finer than a thousandth')

    def test_a_wheel_of_another_digest_is_refused(self):
        with tempfile.NamedTemporaryFile(suffix='.whl') as file:
            with zipfile.ZipFile(file, 'w') as wheel:
                wheel.writestr('botocore/data/x', json.dumps({}))
            file.flush()
            with open(file.name, 'rb') as content:
                digest = hashlib.sha256(content.read()).hexdigest()
            with self.assertRaises(SystemExit) as caught:
                aws.Wheel(file.name)
        self.assertIn(f'has sha256 {digest}, requirements.txt wants 8f16a56d',
                      str(caught.exception))


if __name__ == '__main__':
    sys.exit(tap.main())
