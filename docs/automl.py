"""The table of docs/automl.md: python3 docs/automl.py ISOBAR VEGA [CANDIDATES [SECONDS [FIRST [NAME...]]]]

ISOBAR is the built command, VEGA the folder `data` of npm's vega-datasets 3.2.1 (npm pack vega-datasets). Needs scikit-learn and pandas.
Each search ends after so many candidates (default 12) or seconds (default 120); the splits are those of the seeds FIRST (default 200) and on; the names choose among the data sets.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

import numpy as np
import pandas as pd
import sklearn
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.metrics import log_loss, mean_squared_error
from sklearn.preprocessing import OrdinalEncoder

isobar, vega = sys.argv[1:3]
candidates = sys.argv[3] if len(sys.argv) > 3 else "12"
seconds = sys.argv[4] if len(sys.argv) > 4 else "120"
first = int(sys.argv[5]) if len(sys.argv) > 5 else 200
only = sys.argv[6:]


def rows(name):
    path = os.path.join(vega, name)
    return pd.read_csv(path) if name.endswith(".csv") else pd.DataFrame(json.load(open(path)))


def sets():
    penguins = rows("penguins.json")
    yield "penguins", "Species", penguins
    cars = rows("cars.json").drop(columns="Name")
    cars["Year"] = cars.Year.str[:4].astype(int)
    yield "cars", "Miles_per_Gallon", cars
    movies = rows("movies.json")
    movies["Year"] = pd.to_datetime(movies["Release Date"], errors="coerce").dt.year
    yield "movies", "IMDB Rating", movies.drop(columns=["Title", "Release Date", "Director"])
    weather = rows("seattle-weather.csv")
    weather["day"] = pd.to_datetime(weather.pop("date")).dt.dayofyear
    yield "seattle-weather", "weather", weather
    birds = rows("birdstrikes.csv")
    birds["damage"] = np.where(birds.pop("Effect Amount of damage") == "None", "no", "yes")
    birds["month"] = pd.to_datetime(birds.pop("Flight Date")).dt.month
    yield "birdstrikes", "damage", birds.drop(columns=["Cost Other", "Cost Repair", "Cost Total $"])
    flights = rows("flights-20k.json")
    when = pd.to_datetime(flights.pop("date"))
    flights["month"], flights["weekday"], flights["hour"] = when.dt.month, when.dt.weekday, when.dt.hour
    flights["late"] = np.where(flights.pop("delay") > 15, "yes", "no")
    yield "flights-20k", "late", flights
    yield "gapminder", "life_expect", rows("gapminder.json").drop(columns="cluster")
    yield "windvectors", "speed", rows("windvectors.csv").drop(columns="dirCat")
    jobs = rows("jobs.json").drop(columns="count")
    jobs["perc"] *= 100
    yield "jobs", "perc", jobs
    yield "species", "habitat_yearround_pct", rows("species.csv").drop(columns=["item_id", "scientific_name", "gap_species_code"])


def grouped(data, label):
    """Texts keep their 200 most frequent values: scikit-learn takes 255 categories, the engine's single algorithms 256."""
    data = data[data[label].notna()].reset_index(drop=True)
    for column in data.columns:
        if data[column].dtype == object and column != label:
            keep = data[column].value_counts().index[:200]
            data[column] = data[column].where(data[column].isin(keep) | data[column].isna(), "other")
    return data


def engine(algorithm, task, label, train, test, **values):
    folder = tempfile.mkdtemp(prefix="automl-")
    try:
        for channel, part in (("train", train), ("test", test)):
            os.makedirs(f"{folder}/input/data/{channel}")
            part.to_csv(f"{folder}/input/data/{channel}/rows.csv", index=False)
        for made in ("input/config", "model", "output/data", "checkpoints"):
            os.makedirs(f"{folder}/{made}")
        layout = {"format": "CsvWithHeader", "label": label, "ignore": [], "categorical": [], "unread": [], "texts": [], "only": []}
        json.dump({"algorithm": algorithm, "task": task, "hyperParameters": values, "layout": layout, "seed": 1, "trainChannel": "train", "validationChannel": "validation",
                   "testChannel": "test", "notices": [], "metricNames": {}, "annotations": {}, "channelLayouts": {}, "report": []}, open(f"{folder}/input/config/request.json", "w"))
        started = time.time()
        run = subprocess.run([isobar, "worker", "train", "--dir", folder], capture_output=True, text=True, env=dict(os.environ, OMP_WAIT_POLICY="passive"))
        if run.returncode != 0:
            raise SystemExit(f"{algorithm}: {run.stderr}{run.stdout}")
        metrics = json.load(open(f"{folder}/model/model.json"))["metrics"]
        return metrics["test:rmse" if task == "Regression" else "test:logloss"], time.time() - started
    finally:
        shutil.rmtree(folder)


def histograms(task, label, train, test):
    texts = [c for c in train.columns if train[c].dtype == object and c != label]
    numbers = [c for c in train.columns if c not in texts and c != label]
    encoder = make_column_transformer((OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan), texts), ("passthrough", numbers))
    fit, held = encoder.fit_transform(train).astype(float), encoder.transform(test).astype(float)
    kinds = dict(categorical_features=list(range(len(texts))), random_state=0)
    if task == "Regression":
        return mean_squared_error(test[label], HistGradientBoostingRegressor(**kinds).fit(fit, train[label]).predict(held), squared=False)
    model = HistGradientBoostingClassifier(**kinds).fit(fit, train[label])
    return log_loss(test[label], model.predict_proba(held), labels=model.classes_)


print("scikit-learn", sklearn.__version__, "candidates", candidates, "seconds", seconds, "splits from", first, flush=True)
for name, label, data in sets():
    if only and name not in only:
        continue
    data = grouped(data, label)
    # So few rows of a test say little: luck is averaged over more of them.
    splits = 20 if len(data) // 5 < 150 else 5
    classes = data[label].nunique() if data[label].dtype == object else 0
    task = "Regression" if classes == 0 else "Binary" if classes == 2 else "Multiclass"
    singles = ["boosted-trees", "k-nearest-neighbours", "linear" if classes == 0 else "logistic"]
    spent = []
    results = {k: [] for k in ["automl", *singles, "histograms"]}
    for split in range(first, first + splits):
        order = np.random.RandomState(split).permutation(len(data))
        train, test = data.iloc[order[len(data) // 5:]], data.iloc[order[:len(data) // 5]]
        value, took = engine("automl", task, label, train, test, max_seconds=seconds, max_candidates=candidates, importance="false", kept_candidates="0")
        spent.append(took)
        results["automl"].append(value)
        for single in singles:
            results[single].append(engine(single, task, label, train, test)[0])
        results["histograms"].append(histograms(task, label, train, test))
    means = {k: np.mean(v) for k, v in results.items()}
    best = min(singles, key=lambda s: means[s])
    took = np.mean(spent)
    difference = np.array(results["automl"]) - np.array(results[best])
    print(f"| {name}, {label} | {len(data)} | {task.lower()}, {'RMSE' if classes == 0 else 'log loss'} | {means['automl']:.4f} | {best} {means[best]:.4f} | {difference.mean():+.4f} ± {difference.std(ddof=1) / splits ** 0.5:.4f} | {means['histograms']:.4f} | {took:.0f} s |", flush=True)
