"""Starts the kernel by jupyter_client under a policy of encryption, and listens in; prints what came of it as JSON.

python encryption.py disabled|auto|required tcp|ipc
"""

import json
import os
import stat
import sys
import time

import zmq
from jupyter_client.manager import KernelManager


def observe(manager, client):
    """A front end runs a cell, while a subscriber listens that knows the address, and no key."""
    socket = zmq.Context.instance().socket(zmq.SUB)
    socket.linger = 0
    socket.subscribe(b"")
    socket.connect(manager._make_url("iopub"))
    time.sleep(0.5)
    found = {"result": [], "heard": [], "key": manager.curve_publickey and manager.curve_publickey.decode()}

    def hook(message):
        if message["msg_type"] == "execute_result":
            found["result"].append(message["content"]["data"]["text/plain"])

    client.execute_interactive("1 + 1", output_hook=hook, timeout=30)
    end = time.monotonic() + 1
    while socket.poll(max(0, end - time.monotonic()) * 1000):
        found["heard"].append(b" ".join(socket.recv_multipart()).decode(errors="replace"))
    socket.close()
    return found


def connect(manager):
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=30)
    return client


def main(policy, transport):
    manager = KernelManager(kernel_name="tslab", transport=transport, transport_encryption=policy)
    manager.start_kernel()
    try:
        client = connect(manager)
        started = observe(manager, client)
        with open(manager.connection_file) as file:
            started["file"] = {key: value for key, value in json.load(file).items() if key.startswith("curve")}
        started["mode"] = oct(stat.S_IMODE(os.stat(manager.connection_file).st_mode))
        # The heart-beat's client has keys of its own.
        started["beats"] = client.hb_channel.is_beating()
        # The front end keeps its sockets, as JupyterLab's server does.
        manager.restart_kernel()
        client.wait_for_ready(timeout=30)
        restarted = observe(manager, client)
        client.stop_channels()
        # As a manager would that renews its keys.
        manager.shutdown_kernel(restart=True)
        manager.cleanup_connection_file()
        manager.curve_publickey = manager.curve_secretkey = None
        manager.start_kernel()
        client = connect(manager)
        renewed = observe(manager, client)
        client.stop_channels()
        return {"started": started, "restarted": restarted, "renewed": renewed}
    finally:
        manager.shutdown_kernel(now=True)


json.dump(main(*sys.argv[1:]), sys.stdout)
