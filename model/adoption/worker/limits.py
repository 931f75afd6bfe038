"""What a process gives up before it reads the first byte of somebody else's model.

Limits of the kernel on memory, files and processor time; and a filter on system calls that takes
away sockets, other programs and new processes for good. The filter needs Linux on a 64-bit
machine; where there is none the answer says so.
"""

from __future__ import annotations

import ctypes
import platform
import resource
import struct

OPEN_FILES = 256
LARGEST_FILE_BYTES = 64 * 1024**2
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
EPERM, ENOSYS = 1, 38
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050000, 0x80000000
LOAD, JUMP_EQUAL, JUMP_ANY_BIT, RETURN = 0x20, 0x15, 0x45, 0x06
NUMBER_AT, MACHINE_AT, FIRST_ARGUMENT_AT = 0, 4, 16
CLONE_THREAD = 0x00010000

# For each machine: its mark in the filter's data, then the numbers of its system calls.
MACHINES = {
    "x86_64": (
        0xC000003E,
        {
            "socket": 41,
            "connect": 42,
            "sendto": 44,
            "sendmsg": 46,
            "bind": 49,
            "socketpair": 53,
            "clone": 56,
            "fork": 57,
            "vfork": 58,
            "execve": 59,
            "kill": 62,
            "ptrace": 101,
            "mount": 165,
            "process_vm_readv": 310,
            "process_vm_writev": 311,
            "execveat": 322,
            "io_uring_setup": 425,
            "clone3": 435,
        },
    ),
    "aarch64": (
        0xC00000B7,
        {
            "mount": 40,
            "ptrace": 117,
            "kill": 129,
            "socket": 198,
            "socketpair": 199,
            "bind": 200,
            "connect": 203,
            "sendto": 206,
            "sendmsg": 211,
            "clone": 220,
            "execve": 221,
            "process_vm_readv": 270,
            "process_vm_writev": 271,
            "execveat": 281,
            "io_uring_setup": 425,
            "clone3": 435,
        },
    ),
}


def give_up(memory_bytes: int) -> list[str]:
    """Lay the limits on this process; returns what holds, in words."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE_BYTES, LARGEST_FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    held = [f"at most {memory_bytes / 1024**3:g} GB of memory"]
    if _filter_calls():
        held.append("no sockets, programs or processes")
    return held


def _filter_calls() -> bool:
    """Whether the kernel took the filter. It outlives this function and cannot be taken back."""
    if platform.system() != "Linux" or platform.machine() not in MACHINES:
        return False
    program = _program(*MACHINES[platform.machine()])
    steps = ctypes.create_string_buffer(program)
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(steps))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    if prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    taken: bool = prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, header, 0, 0) == 0
    return taken


def _program(machine: int, calls: dict[str, int]) -> bytes:
    """Berkeley packet filter: 8 bytes a step (code, jumps if true and if false, constant).

    Another machine's calls end the process; those listed are refused, and everything else goes on.
    `clone` makes threads as well, which NumPy needs: it is refused without the flag for a thread.
    `clone3` keeps its flags out of the filter's sight, so it does not exist here; C libraries then
    fall back on `clone`.
    """

    def step(code: int, constant: int, yes: int = 0, no: int = 0) -> bytes:
        return struct.pack("HBBI", code, yes, no, constant)

    refused = [n for name, n in sorted(calls.items()) if name not in ("clone", "clone3")]
    steps = [
        step(LOAD, MACHINE_AT),
        step(JUMP_EQUAL, machine, yes=1),
        step(RETURN, KILL),
        step(LOAD, NUMBER_AT),
        step(JUMP_EQUAL, calls["clone3"], no=1),
        step(RETURN, REFUSE | ENOSYS),
        step(JUMP_EQUAL, calls["clone"], no=4),
        step(LOAD, FIRST_ARGUMENT_AT),
        step(JUMP_ANY_BIT, CLONE_THREAD, no=1),
        step(RETURN, ALLOW),
        step(RETURN, REFUSE | EPERM),
    ]
    for number in refused:
        steps += [step(JUMP_EQUAL, number, no=1), step(RETURN, REFUSE | EPERM)]
    steps.append(step(RETURN, ALLOW))
    return b"".join(steps)
