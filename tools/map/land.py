#!/usr/bin/env python3
"""Draws the land of the dashboard's overview map: land.py LAND.json > src/Isobar.Server/Dashboard/Assets/world.svg

LAND.json is land-110m.json of npm's world-atlas 2.0.2: Natural Earth's land at 1:110 million, which is in the public domain, as
TopoJSON. The projection, the frame and the width are those of Dashboard/Map/WorldProjection.cs, where places are projected.
"""
import json
import math
import sys

WIDTH = 1000
NORTH, SOUTH = 80, -56


def miller(latitude):
    return 1.25 * math.log(math.tan(math.pi / 4 + 0.4 * math.radians(latitude)))


TOP = miller(NORTH)
HEIGHT = round(WIDTH / (2 * math.pi) * (TOP - miller(SOUTH)))


def project(longitude, latitude):
    scale = WIDTH / (2 * math.pi)
    return (math.radians(longitude) + math.pi) * scale, (TOP - miller(max(-85, min(85, latitude)))) * scale


def arcs(topology):
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        yield points


def rings(topology):
    known = list(arcs(topology))
    for geometry in topology["objects"]["land"]["geometries"]:
        for polygon in geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]:
            for ring in polygon:
                points = []
                for index in ring:
                    arc = known[index] if index >= 0 else known[~index][::-1]
                    points += arc[1:] if points else arc
                yield from unwrapped(points)


def unwrapped(points):
    """A ring in one piece where it crosses the antimeridian: on either side of the frame once, which cuts off what lies outside."""
    whole, turns = [points[0]], 0
    for (before, _), (longitude, latitude) in zip(points, points[1:]):
        turns += (before - longitude > 180) - (longitude - before > 180)
        whole.append((longitude + 360 * turns, latitude))
    yield whole
    for edge, shift in ((180, -360), (-180, 360)):
        if any((x - edge) * edge > 0 for x, _ in whole):
            yield [(x + shift, y) for x, y in whole]


def path(points):
    """A ring in tenths of a unit, relative; nothing where it lies outside of the frame."""
    placed = [project(*p) for p in points]
    if min(y for _, y in placed) > HEIGHT or max(y for _, y in placed) < 0:
        return ""
    tenths = []
    for x, y in placed:
        point = (round(x * 10), round(y * 10))
        if not tenths or point != tenths[-1]:
            tenths.append(point)
    if len(set(tenths)) < 3:
        return ""
    (x, y), parts = tenths[0], []
    for to_x, to_y in tenths[1:]:
        parts.append(f"{to_x - x} {to_y - y}")
        x, y = to_x, to_y
    return f"M{tenths[0][0]} {tenths[0][1]}l{' '.join(parts).replace(' -', '-')}z"


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        topology = json.load(file)
    land = "".join(path(ring) for ring in rings(topology))
    print("<!-- Natural Earth's land at 1:110 million (public domain), of npm's world-atlas 2.0.2; drawn by tools/map/land.py. -->")
    print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none"><path transform="scale(.1)" fill-rule="evenodd" d="{land}"/></svg>')


if __name__ == "__main__":
    main()
