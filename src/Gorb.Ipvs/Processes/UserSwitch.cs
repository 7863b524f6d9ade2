using System.ComponentModel;
using System.Runtime.InteropServices;
using static Tmds.Linux.LibC;

namespace Gorb.Ipvs.Processes;

/// <summary>
/// Gives up root. Credentials belong to threads, and a .NET process has several from its beginning, so the process starts its program again: the new program has one thread, the other user and
/// the capabilities that are kept (as ambient ones, which survive the start of a program; capabilities(7)).
/// </summary>
public static unsafe partial class UserSwitch
{
    private const int SetKeepCaps = 8; // linux/prctl.h
    private const int SetNoNewPrivileges = 38;
    private const int Ambient = 47;
    private const int AmbientRaise = 2;

    private const uint CapabilityVersion = 0x20080522; // _LINUX_CAPABILITY_VERSION_3 of linux/capability.h

    /// <summary>The capabilities that the daemon's work around IPVS can use, where this process has them: NET_BIND_SERVICE, NET_ADMIN and NET_RAW.</summary>
    private const uint Kept = (1u << 10) | (1u << 12) | (1u << 13);

    /// <summary>
    /// Replaces this process by the same program with the same arguments, run by another user without any other privilege, now or later (no_new_privs). Returns only by an exception, after
    /// which the process must end: its threads may have different credentials.
    /// </summary>
    /// <param name="user">The user id.</param>
    /// <param name="group">The group id.</param>
    /// <param name="groups">Supplementary groups.</param>
    /// <exception cref="Win32Exception">The kernel refuses; the message names the step.</exception>
    public static void Restart(uint user, uint group, ReadOnlySpan<uint> groups)
    {
        var program = Environment.ProcessPath ?? throw new Win32Exception("/proc does not tell which program this is");
        var arguments = File.ReadAllBytes("/proc/self/cmdline");
        var kept = Permitted() & Kept;
        Check(prctl(SetKeepCaps, 1, 0, 0, 0), "prctl(PR_SET_KEEPCAPS)");
        fixed (uint* list = groups)
        {
            Check(setgroups(groups.Length, (Tmds.Linux.gid_t*)list), "setgroups");
        }

        Check(setresgid(group, group, group), "setresgid");
        Check(setresuid(user, user, user), "setresuid");
        var header = new Header { Version = CapabilityVersion };
        var sets = stackalloc Sets[2]; // the second has the capabilities from 32 on
        sets[0] = new Sets { Effective = kept, Permitted = kept, Inheritable = kept };
        Check(capset(&header, sets), "capset");
        for (var capability = 0; capability < 32; capability++)
        {
            if ((kept & (1u << capability)) != 0)
            {
                Check(prctl(Ambient, AmbientRaise, (nuint)capability, 0, 0), "prctl(PR_CAP_AMBIENT)");
            }
        }

        Check(prctl(SetNoNewPrivileges, 1, 0, 0, 0), "prctl(PR_SET_NO_NEW_PRIVS)");
        Execute(program, arguments);
    }

    private static uint Permitted()
    {
        var header = new Header { Version = CapabilityVersion };
        var sets = stackalloc Sets[2];
        Check(capget(&header, sets), "capget");
        return sets[0].Permitted;
    }

    /// <param name="program">The program.</param>
    /// <param name="arguments">The arguments, each with a terminating zero byte.</param>
    private static void Execute(string program, byte[] arguments)
    {
        var count = arguments.AsSpan().Count((byte)0);
        var vector = new nint[count + 1];
        fixed (byte* path = Files.FileHandles.Name(program), first = arguments)
        {
            var at = first;
            for (var i = 0; i < count; i++)
            {
                vector[i] = (nint)at;
                at += MemoryMarshal.CreateReadOnlySpanFromNullTerminated(at).Length + 1;
            }

            fixed (nint* all = vector)
            {
                Check(execv(path, all), $"the start of {program}"); // with the environment that this process was started with
            }
        }
    }

    private static void Check(int result, string step)
    {
        if (result != 0)
        {
            var error = Marshal.GetLastSystemError();
            throw new Win32Exception(error, $"{step}: {new Win32Exception(error).Message}");
        }
    }

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int prctl(int option, nuint argument2, nuint argument3, nuint argument4, nuint argument5);

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int capget(Header* header, Sets* sets);

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int capset(Header* header, Sets* sets);

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int execv(byte* path, nint* arguments);

    /// <summary>struct __user_cap_header_struct; thread 0 is the calling one.</summary>
    private struct Header
    {
        public uint Version;
        public int Thread;
    }

    /// <summary>struct __user_cap_data_struct.</summary>
    private struct Sets
    {
        public uint Effective;
        public uint Permitted;
        public uint Inheritable;
    }
}
