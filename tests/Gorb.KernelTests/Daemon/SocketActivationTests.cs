using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Daemon;

/// <summary>A daemon whose listening socket was opened by the program that started it, as systemd does, and which then becomes another user.</summary>
public sealed class SocketActivationTests : OwnDaemonTest
{
    /// <summary>Opens the address of -l as descriptor 3 and announces it; the daemon could not open it a second time.</summary>
    private const string Manager = """
        import os, socket, sys
        host, port = sys.argv[sys.argv.index('-l') + 1].split(':')
        listener = socket.create_server((host, int(port)))
        os.dup2(listener.fileno(), 3)
        os.set_inheritable(3, True)
        os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1', LISTEN_FDNAMES='api', NOTIFY_SOCKET='/nonexistent')
        os.execv(sys.argv[1], sys.argv[1:])
        """;

    [Fact]
    public async Task PassedSocket_Serves_AndProgramsOfChecksKnowNothingOfIt()
    {
        await using var gorb = await GorbProcess.StartUnderAsync(["python3", "-c", Manager], "--user", "nobody", "--allow-exec");

        File.ReadAllLines($"/proc/{gorb.Id}/status").Should().Contain(static line => line.StartsWith("Uid:\t65534\t65534", StringComparison.Ordinal));
        await gorb.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80}""");
        await gorb.PutAsync("/service/web/b1",
            """{"host": "10.9.0.21", "port": 80, "pulse": {"type": "exec", "interval": "400ms", "args": {"program": "/bin/sh", "arguments": ["-c", "test -z \"$LISTEN_PID$LISTEN_FDS$LISTEN_FDNAMES$NOTIFY_SOCKET\" && test ! -S /proc/$$/fd/3"]}}}""");
        await Eventually.Async(async () =>
            (await gorb.GetAsync("/service/web/b1")).TryGetProperty("pulse", out var pulse) && pulse.GetProperty("checks")[0].GetProperty("reason").GetString() == "status 0");
        await gorb.PutAsync("/config", """{"services": {}}""");
    }
}
