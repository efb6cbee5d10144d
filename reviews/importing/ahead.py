"""Working ahead: what comes next is made by a process of its own, while this one stores what came before."""

import multiprocessing
from itertools import islice

BROKEN_OFF = "The process that reads the texts was ended from outside (exit code {}). What it had read before is kept."


def ahead(batches):
    """The same batches. All but the first are made on another processor, where the system can share a process out.

    The other process inherits what it works on, open files included, so nothing has to be handed over; it waits while
    a batch is on the way, so no more than two are in memory. Call it where no other thread is at work.
    """
    batches = iter(batches)
    yield from islice(batches, 1)
    if "fork" not in multiprocessing.get_all_start_methods():
        yield from batches
        return
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    reader = context.Process(target=_send, args=(batches, sender, receiver), daemon=True)
    reader.start()
    sender.close()
    try:
        yield from _received(receiver, reader)
    finally:
        receiver.close()
        reader.terminate()
        reader.join()


def _send(batches, sender, receiver):
    # Else this process would wait for itself to receive, for ever, after the other one was killed.
    receiver.close()
    try:
        for batch in batches:
            sender.send(batch)
        sender.send(None)
    except BrokenPipeError:
        pass  # nobody waits for more
    except Exception as error:
        sender.send(error)


def _received(receiver, reader):
    try:
        while (batch := receiver.recv()) is not None:
            if isinstance(batch, Exception):
                raise batch
            yield batch
    except EOFError:
        reader.join()
        raise RuntimeError(BROKEN_OFF.format(reader.exitcode)) from None
