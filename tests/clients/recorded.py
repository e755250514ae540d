"""Answers of the real AWS, as others recorded them, against ours to the same calls.

In a record "<vpc-id:1>" stands for a text that is whatever it is, but the same wherever it stands;
"<datetime>" for any time. All else must be equal: members, values, codes, texts, statuses.
"""

import datetime
import json
import re

from botocore.exceptions import ClientError

MARK = re.compile(r'<[a-zA-Z_-]+(?::\d+)?>')
NOT_BOUND = {'<datetime>', 'datetime'}  # other each time
THEIR_ACCOUNT, OUR_ACCOUNT = '111111111111', '123456789012'


def answer(call, **params):
    """What a boto3 call gives, be it an answer or an error, as records hold it."""
    try:
        result = call(**params)
    except ClientError as error:
        result = error.response
    return plain(result)


def plain(value):
    if isinstance(value, dict):
        return {key: ({'HTTPStatusCode': item['HTTPStatusCode']} if key == 'ResponseMetadata'
                      else plain(item)) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, datetime.datetime):
        return '<datetime>'
    return value


class Comparison:
    """One record with one answer; differences are texts "path: what"."""

    def __init__(self, recorded, ours):
        self.bound, self.differences = {}, []
        recorded = json.loads(json.dumps(recorded).replace(THEIR_ACCOUNT, OUR_ACCOUNT))
        self.bind(recorded, ours)
        self.compare('', recorded, ours)

    def bind(self, recorded, ours):
        """Learns what the marks stand for, where one is a whole text."""
        if isinstance(recorded, dict) and isinstance(ours, dict):
            for key in recorded:
                self.bind(recorded[key], ours.get(key))
        elif isinstance(recorded, list) and isinstance(ours, list):
            for one, other in zip(recorded, ours):
                self.bind(one, other)
        elif isinstance(recorded, str) and isinstance(ours, str) and MARK.fullmatch(recorded):
            if recorded not in NOT_BOUND:
                self.bound.setdefault(recorded, ours)

    def text_fits(self, recorded, ours):
        if recorded in NOT_BOUND:
            return ours == '<datetime>'
        pattern, at = '', 0
        for mark in MARK.finditer(recorded):
            pattern += re.escape(recorded[at:mark.start()])
            known = self.bound.get(mark.group())
            pattern += '.+?' if known is None else re.escape(known)
            at = mark.end()
        return re.fullmatch(pattern + re.escape(recorded[at:]), ours, re.S) is not None

    def differ(self, path, what):
        self.differences.append('%s: %s' % (path, what))

    def compare(self, path, recorded, ours):
        if isinstance(recorded, dict) and isinstance(ours, dict):
            for key in recorded:
                where = '%s.%s' % (path, key) if path else key
                if key == 'HTTPHeaders':
                    continue
                if key not in ours:
                    self.differ(where, 'AWS has it: %s' % json.dumps(recorded[key])[:100])
                else:
                    self.compare(where, recorded[key], ours[key])
            for key in ours:
                if key not in recorded:
                    self.differ('%s.%s' % (path, key) if path else key,
                                'AWS has it not: %s' % json.dumps(ours[key])[:100])
        elif isinstance(recorded, list) and isinstance(ours, list):
            if len(recorded) != len(ours):
                self.differ(path, '%d instead of %d items' % (len(ours), len(recorded)))
            for index, (one, other) in enumerate(zip(recorded, ours)):
                self.compare('%s[%d]' % (path, index), one, other)
        elif isinstance(recorded, str) and isinstance(ours, str):
            if not self.text_fits(recorded, ours):
                self.differ(path, '%r instead of %r' % (ours, recorded))
        elif recorded != ours:
            self.differ(path, '%r instead of %r' % (ours, recorded))
