"""The figures of docs/accuracy.md for scikit-learn: python3 docs/accuracy.py (Debian's python3-sklearn and python3-pandas)."""
import numpy as np
import pandas as pd
import sklearn
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import log_loss, mean_absolute_error, mean_squared_error, r2_score, roc_auc_score
from sklearn.preprocessing import OneHotEncoder, StandardScaler

print("scikit-learn", sklearn.__version__)
trees = dict(learning_rate=0.1, max_iter=100, max_leaf_nodes=31, min_samples_leaf=20, early_stopping=False, random_state=0)


def encoded(data, held, texts, numbers):
    encoder = make_column_transformer((OneHotEncoder(sparse_output=False, handle_unknown="ignore"), texts), ("passthrough", numbers))
    return encoder.fit_transform(data[~held]).astype("f4"), encoder.transform(data[held]).astype("f4")


penguins = pd.read_csv("data/datasets/penguins.csv")
measures = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
row = np.arange(len(penguins))
for texts in ([], ["island", "sex"]):
    right = 0
    for fold in range(5):
        held = row % 5 == fold
        fit, test = encoded(penguins, held, texts, measures)
        right += (HistGradientBoostingClassifier(**trees).fit(fit, penguins.species[~held]).predict(test) == penguins.species[held]).sum()
    print("penguins, five folds,", measures + texts, right / len(penguins))

flights = pd.read_csv("data/datasets/flights.csv.gz")
held = np.arange(len(flights)) % 5 == 4
delay = flights.pop("delay")
fit, test = encoded(flights, held, ["origin", "destination"], ["month", "weekday", "hour", "distance", "inbound_delay"])
late = (delay > 15).astype(int)
mean = np.nanmean(fit[:, -1])
full, full_test = np.nan_to_num(fit, nan=mean), np.nan_to_num(test, nan=mean)
scaler = StandardScaler().fit(full)
for name, model, a, b in (("trees", HistGradientBoostingRegressor(**trees), fit, test), ("linear", LinearRegression(), full, full_test)):
    p = model.fit(a, delay[~held]).predict(b)
    print("flights, delay,", name, "rmse", mean_squared_error(delay[held], p, squared=False), "mae", mean_absolute_error(delay[held], p), "r2", r2_score(delay[held], p))
for name, model, a, b in (("trees", HistGradientBoostingClassifier(**trees), fit, test), ("logistic", LogisticRegression(C=1e6, max_iter=300), scaler.transform(full), scaler.transform(full_test))):
    p = model.fit(a, late[~held]).predict_proba(b)[:, 1]
    print("flights, late,", name, "auc", roc_auc_score(late[held], p), "logloss", log_loss(late[held], p))
