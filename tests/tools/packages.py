"""Python packages that tests need, of stated versions, in a virtual environment in a cache outside
the tree: $SKYRIG_CACHE/clients, else ~/.cache/skyrig/clients, made when it is first asked for."""

import fcntl
import hashlib
import os
import subprocess
import sys

INSTALL_SECONDS = 300


def cache():
    home = os.environ.get('XDG_CACHE_HOME') or os.path.join(os.path.expanduser('~'), '.cache')
    return os.environ.get('SKYRIG_CACHE') or os.path.join(home, 'skyrig')


def install(folder, requirements):
    """A virtual environment with exactly these packages; raises what went wrong."""
    subprocess.run([sys.executable, '-m', 'venv', '--clear', folder], check=True,
                   capture_output=True, text=True, timeout=INSTALL_SECONDS)
    subprocess.run([os.path.join(folder, 'bin', 'pip'), 'install', '--quiet', '--no-deps',
                    '--only-binary', ':all:', '--disable-pip-version-check', '-r', requirements],
                   check=True, capture_output=True, text=True, timeout=INSTALL_SECONDS)


def place(name, requirements):
    """The folder of an environment; the digest of its requirements and of Python is in its name."""
    with open(requirements, 'rb') as stream:
        digest = hashlib.sha256(stream.read() + sys.version.encode()).hexdigest()[:12]
    return os.path.join(cache(), 'clients', '%s-%s' % (name, digest))


def environment_if_there(name, requirements):
    """The bin/ of an environment that was made before, or None."""
    folder = place(name, requirements)
    return os.path.join(folder, 'bin') if os.path.exists(os.path.join(folder, 'complete')) else None


def environment(name, requirements):
    """The bin/ of the environment for a requirements file, made when it is missing: a change of
    versions makes a new one. Two runs at once wait for each other."""
    folder = place(name, requirements)
    done = os.path.join(folder, 'complete')
    os.makedirs(os.path.dirname(folder), exist_ok=True)
    with open(folder + '.lock', 'w', encoding='ascii') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(done):
            install(folder, requirements)
            with open(done, 'w', encoding='ascii'):
                pass
    return os.path.join(folder, 'bin')


def reason(error):
    """Why environment() failed, in one line."""
    said = (getattr(error, 'stderr', None) or '').strip().splitlines()
    return said[-1] if said else str(error)
