#!/usr/bin/env python3
"""Runs a command on a terminal of its own and writes what the terminal shows at the end, as text or as SVG.

capture.py --columns 92 docs/demo.svg dotnet run --project src/Isobar.Cli -- demo
"""
import argparse
import fcntl
import html
import os
import pty
import re
import struct
import sys
import termios

PALETTE = {1: "#e06c75", 2: "#98c379", 3: "#e5c07b", 4: "#61afef", 8: "#7f848e", 9: "#e06c75", 10: "#98c379", 11: "#e5c07b", 12: "#61afef", 75: "#61afef", 214: "#d19a66"}
BACKGROUND, FOREGROUND = "#1e2127", "#d7dae0"
CELL_WIDTH, LINE_HEIGHT, MARGIN = 8.4, 18, 16


def run(command, columns):
    child, terminal = pty.fork()
    if child == 0:
        os.environ["TERM"] = "xterm-256color"
        os.execvp(command[0], command)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 60, columns, 0, 0))
    output = b""
    while True:
        try:
            read = os.read(terminal, 65536)
        except OSError:
            break
        if not read:
            break
        output += read
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return output.decode(), status


def show(output):
    """Plays the output to the end: lines of (character, style) as the terminal holds them then."""
    lines, row, column, style = [[]], 0, 0, (None, False)
    for token in re.findall(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b.|[^\x1b]", output):
        if token == "\r":
            column = 0
        elif token == "\n":
            row += 1
        elif token.startswith("\x1b["):
            end, numbers = token[-1], [int(n) if n.isdigit() else 0 for n in token[2:-1].split(";")]
            if end == "A":
                row = max(0, row - max(1, numbers[0]))
            elif end == "K":
                lines[row] = [] if numbers[0] == 2 else lines[row][:column]
            elif end == "J":
                lines = lines[:row] + [lines[row][:column]]
            elif end == "m":
                style = restyle(style, numbers)
        elif not token.startswith("\x1b"):
            while len(lines) <= row:
                lines.append([])
            lines[row] += [(" ", (None, False))] * (column - len(lines[row]) + 1)
            lines[row][column] = (token, style)
            column += 1
        while len(lines) <= row:
            lines.append([])
    return lines


def restyle(style, numbers):
    colour, bold = style
    while numbers:
        n = numbers.pop(0)
        if n == 0:
            colour, bold = None, False
        elif n == 1:
            bold = True
        elif n == 38 and numbers[:1] == [5]:
            colour, numbers = numbers[1], numbers[2:]
        elif 30 <= n <= 37:
            colour = n - 30
        elif 90 <= n <= 97:
            colour = n - 82
        elif n == 39:
            colour = None
    return colour, bold


def svg(lines, columns):
    width, height = columns * CELL_WIDTH + 2 * MARGIN, len(lines) * LINE_HEIGHT + 2 * MARGIN
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}">',
           f'<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>',
           f'<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,\'DejaVu Sans Mono\',monospace" font-size="14" fill="{FOREGROUND}">']
    for number, line in enumerate(lines):
        spans, at = [], 0
        while at < len(line):
            end, style = at, line[at][1]
            while end < len(line) and line[end][1] == style:
                end += 1
            text = "".join(c for c, _ in line[at:end])
            if text.strip():
                look = (f' fill="{PALETTE.get(style[0], FOREGROUND)}"' if style[0] is not None else "") + (' font-weight="bold"' if style[1] else "")
                # The length is set: a font of another width must not push columns apart.
                spans.append(f'<tspan x="{MARGIN + at * CELL_WIDTH:.1f}" textLength="{len(text) * CELL_WIDTH:.1f}" lengthAdjust="spacingAndGlyphs"{look}>{html.escape(text)}</tspan>')
            at = end
        if spans:
            out.append(f'<text xml:space="preserve" y="{MARGIN + (number + 0.8) * LINE_HEIGHT:.1f}">{"".join(spans)}</text>')
    return "\n".join(out + ["</g>", "</svg>", ""])


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--columns", type=int, default=92)
    arguments.add_argument("file", help="ends with .svg for a picture, anything else for text; - for the terminal")
    arguments.add_argument("command", nargs=argparse.REMAINDER)
    given = arguments.parse_args()
    output, status = run(given.command, given.columns)
    lines = show(output)
    while lines and not "".join(c for c, _ in lines[-1]).strip():
        lines.pop()
    while lines and not "".join(c for c, _ in lines[0]).strip():
        lines.pop(0)
    text = svg(lines, given.columns) if given.file.endswith(".svg") else "\n".join("".join(c for c, _ in line).rstrip() for line in lines) + "\n"
    if given.file == "-":
        sys.stdout.write(text)
    else:
        with open(given.file, "w", encoding="utf-8") as file:
            file.write(text)
    sys.exit(status)


main()
