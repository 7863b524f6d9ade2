using System.ComponentModel;
using static Tmds.Linux.LibC;

namespace Gorb.KernelTests.Lab;

/// <summary>
/// Runs code on a thread in a named network namespace, and deletes such a one. A socket belongs to the namespace in which it was created, whichever thread uses it later.
/// </summary>
internal static class NetworkNamespace
{
    /// <summary>The hosts of tests/lab/topology.sh; the tests themselves run in the director's namespace.</summary>
    public const string Client = "cl";

    public static T Run<T>(string name, Func<T> work)
    {
        T result = default!;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Enter(name);
                result = work();
            }
            catch (Exception error) // rethrown on the caller's thread
            {
                failure = error;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? result : throw new InvalidOperationException($"In namespace {name}: {failure.Message}", failure);
    }

    /// <summary>
    /// Deletes a namespace, and first the end of its link in this one: with a namespace alone, the kernel removes the link later, and a namespace of the same name could not be made at once.
    /// </summary>
    public static void Delete(string name, string link)
    {
        Shell.Run("ip", "link", "delete", link);
        Shell.Run("ip", "netns", "delete", name);
    }

    private static unsafe void Enter(string name)
    {
        using var file = System.IO.File.OpenHandle($"/run/netns/{name}");
        if (setns((int)file.DangerousGetHandle(), CLONE_NEWNET) != 0)
        {
            throw new Win32Exception(errno, $"setns {name}");
        }
    }
}
