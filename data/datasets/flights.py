"""Makes flights.csv.gz from a CSV of flights-3m.parquet (npm package vega-datasets 3.2.1): flights.py flights-3m.csv"""
import sys
import numpy as np
import pandas as pd

flights = pd.read_csv(sys.argv[1], parse_dates=["date"])
departure = flights.date.values.astype("datetime64[m]").astype(np.int64)
flights["departure"] = departure
# Half an hour on the ground and 450 miles an hour (7.5 a minute) in the air: the source has no time of landing.
flights["landing"] = departure + 30 + (flights.distance.values / 7.5).astype(np.int64) + flights.delay.values

inbound = np.full(len(flights), np.nan)
arrivals = dict(list(flights.groupby("destination")[["landing", "delay"]]))
for airport, leaving in flights.groupby("origin"):
    if airport not in arrivals:
        continue
    landed = arrivals[airport].sort_values("landing")
    sums = np.concatenate([[0], np.cumsum(landed.delay.values)])
    first = np.searchsorted(landed.landing.values, leaving.departure.values - 120, "left")
    last = np.searchsorted(landed.landing.values, leaving.departure.values, "left")
    with np.errstate(all="ignore"):
        inbound[leaving.index] = np.where(last > first, (sums[last] - sums[first]) / (last - first), np.nan)
flights["inbound_delay"] = np.round(inbound, 1)

sample = flights.sample(100_000, random_state=1).sort_index()
pd.DataFrame({
    "month": sample.date.dt.month, "weekday": sample.date.dt.dayofweek + 1, "hour": sample.date.dt.hour, "distance": sample.distance,
    "origin": sample.origin, "destination": sample.destination, "inbound_delay": sample.inbound_delay, "delay": sample.delay,
}).to_csv("flights.csv.gz", index=False, compression={"method": "gzip", "compresslevel": 9, "mtime": 0})
