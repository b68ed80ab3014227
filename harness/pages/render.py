#!/usr/bin/python3
# Makes a page out of data.
#   render.py TEMPLATE < JSON > PAGE      TEMPLATE: a file beside this one
# What is wrong is said in one line, the last one on standard error; the exit
# status is 1 then, and there is no page.
import datetime
import json
import pathlib
import sys

try:
    import jinja2
    from markupsafe import Markup, escape
except ImportError:
    sys.exit('python3-jinja2 is not installed: run apt-get install python3-jinja2')


def code(text):
    """What is between backticks is code."""
    parts = [escape(part) for part in text.split('`')]
    parts[1::2] = [Markup('<code>{}</code>').format(part) for part in parts[1::2]]
    return Markup('').join(parts)


def ticks(top):
    """The numbers at an axis up to @top, from 0 on: about five of them, at
    1, 2 or 5 times a power of ten from one another."""
    power = 1
    while top / 4 / power >= 10:
        power *= 10
    n = top / 4 / power
    step = power * (1 if n < 1.5 else 2 if n < 3.5 else 5 if n < 7.5 else 10)
    numbers = [0]
    while numbers[-1] < top:
        numbers.append(numbers[-1] + step)
    return numbers


def render(template, data):
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(pathlib.Path(__file__).parent),
        autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
    env.filters['code'] = code
    env.globals['ticks'] = ticks
    env.globals['now'] = datetime.datetime.now(datetime.timezone.utc)
    return env.get_template(template).render(data)


def main(template):
    try:
        # All of it, before anything is written.
        page = render(template, json.load(sys.stdin.buffer))
    except json.JSONDecodeError as error:
        sys.exit(f'{template}: the data is not JSON: {error}')
    except jinja2.TemplateNotFound as error:
        sys.exit(f'{error.name}: no such template')
    except jinja2.TemplateSyntaxError as error:
        sys.exit(f'{error.name}:{error.lineno}: {error.message}')
    except jinja2.UndefinedError as error:
        sys.exit(f'{template}: {error.message}')
    sys.stdout.buffer.write(page.encode())


main(*sys.argv[1:])
