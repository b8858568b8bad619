"""Runs a scoring script over files: init() once a process, run(paths) for each mini-batch. Argument: the script; the rest is in ISOBAR_BATCH_*."""
import concurrent.futures
import csv
import importlib.util
import io
import os
import sys
import time
import traceback

setting = lambda name: os.environ["ISOBAR_BATCH_" + name]
scoring = None


def load(path):
    global scoring
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    spec = importlib.util.spec_from_file_location(os.path.splitext(os.path.basename(path))[0], path)
    scoring = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = scoring
    spec.loader.exec_module(scoring)
    if not callable(getattr(scoring, "run", None)):
        raise SystemExit(f"{path} has no function run(mini_batch)")
    if callable(getattr(scoring, "init", None)):
        scoring.init()


def line(values):
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(values)
    return text.getvalue()


def rows(result):
    """What run() gave, as lines: a frame's rows, or a list's items."""
    if hasattr(result, "to_csv"):
        return result.to_csv(index=False, header=False).splitlines()
    if hasattr(result, "tolist"):
        result = result.tolist()
    lines = []
    for item in result:
        if hasattr(item, "tolist"):
            item = item.tolist()
        lines.append(line(item) if isinstance(item, (list, tuple)) else str(item))
    return lines


def score(batch):
    return rows(scoring.run(batch) or [])


def attempt(pool, batch):
    """The lines of a mini-batch, or None where every attempt failed."""
    for number in range(int(setting("RETRIES")) + 1):
        try:
            return pool.submit(score, batch).result(timeout=float(setting("TIMEOUT")))
        except concurrent.futures.TimeoutError:
            print(f"The mini-batch of {batch[0]} took longer than {setting('TIMEOUT')} s, attempt {number + 1}", flush=True)
        except concurrent.futures.process.BrokenProcessPool:
            raise
        except Exception:
            print(f"The mini-batch of {batch[0]} failed, attempt {number + 1}:\n{traceback.format_exc()}", flush=True)
    return None


def main():
    root = setting("INPUT")
    files = sorted(os.path.join(folder, name) for folder, _, names in os.walk(root) for name in names)
    size = int(setting("SIZE"))
    batches = [files[i:i + size] for i in range(0, len(files), size)]
    print(f"{len(files)} files in {len(batches)} mini-batches", flush=True)
    started, failed, count = time.time(), 0, 0
    processes = int(setting("PROCESSES"))
    with concurrent.futures.ProcessPoolExecutor(processes, initializer=load, initargs=(sys.argv[1],)) as pool, concurrent.futures.ThreadPoolExecutor(processes) as waiting:
        append = open(setting("FILE"), "w") if setting("ACTION") == "AppendRow" else None
        # In the order of the files, whatever is ready first.
        for batch, lines in zip(batches, waiting.map(lambda b: attempt(pool, b), batches)):
            if lines is None:
                failed += len(batch)
                if 0 <= int(setting("THRESHOLD")) < failed:
                    sys.exit(f"{failed} files failed; the errorThreshold is {setting('THRESHOLD')}")
                continue
            count += len(lines)
            if append:
                append.writelines(text + "\n" for text in lines)
        if append:
            append.close()
    print(f"{count} rows of {len(files) - failed} files in {time.time() - started:.1f} s, {failed} files failed", flush=True)
    if files and failed == len(files):
        sys.exit("Every file failed")


if not os.path.isfile(sys.argv[1]):
    sys.exit(f"There is no scoring script {sys.argv[1]} in the code: {sorted(os.listdir('.'))[:20]}")
main()
