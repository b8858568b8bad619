"""
Components ask pip for Kubeflow's package before they run, and for what else they need. The former is here already; what else is missing goes into the
task's own folder, so that a run never changes the machine.
"""
import importlib.metadata
import os
import re
import subprocess
import sys

WITH_VALUE = {"-i", "--index-url", "--extra-index-url", "--trusted-host", "-r", "--requirement", "-c", "--constraint", "-f", "--find-links", "-t", "--target"}
OURS = re.compile(r"^(kfp|kfp-pipeline-spec|kfp-server-api)\s*(\[[^\]]*\])?\s*([=<>!~;@].*)?$", re.IGNORECASE)
NAMED = re.compile(r"^([A-Za-z0-9._-]+)\s*(?:\[[^\]]*\])?\s*(?:==\s*([A-Za-z0-9.+!-]+))?\s*(.*)$")


def is_there(requirement):
    if OURS.match(requirement) or requirement.startswith("typing-extensions") and "python_version" in requirement:
        return True
    named = NAMED.match(requirement)
    if not named:
        return False
    try:
        version = importlib.metadata.version(named.group(1))
    except importlib.metadata.PackageNotFoundError:
        return False
    # Of ranges pip knows more.
    return version == named.group(2) if named.group(2) else not named.group(3)


def main(args):
    env = dict(os.environ)
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    env["PYTHONPATH"] = os.pathsep.join(p for p in env.get("PYTHONPATH", "").split(os.pathsep) if p and os.path.abspath(p) != here)
    real = [sys.executable, "-P", "-m", "pip"] if sys.version_info >= (3, 11) else [sys.executable, "-m", "pip"]
    if args[:1] != ["install"]:
        return subprocess.call([*real, *args], env=env)
    options, wanted, rest = [], [], iter(args[1:])
    has_list = False
    for word in rest:
        if word in WITH_VALUE:
            options += [word, next(rest, "")]
            has_list |= word in ("-r", "--requirement")
        elif word.startswith("-"):
            options.append(word)
        elif not is_there(word):
            wanted.append(word)
    if not wanted and not has_list:
        return 0
    target = os.environ.get("ISOBAR_PIP_TARGET")
    return subprocess.call([*real, "install", *options, *(["--target", target] if target and "-t" not in options and "--target" not in options else []), *wanted], env=env)


sys.exit(main(sys.argv[1:]))
