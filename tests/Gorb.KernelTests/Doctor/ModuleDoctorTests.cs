using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Gorb.Ipvs;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Doctor;

/// <summary>Causes in the kernel's modules, each planted by a kernel without one, named by the doctor, and gone after its command.</summary>
public sealed class ModuleDoctorTests : IDisposable
{
    private const string Loader = "/proc/sys/kernel/modprobe";
    private readonly string _loader = File.ReadAllText(Loader);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("gorb-modules-");

    public ModuleDoctorTests() => Shell.Run("ipvsadm", "-C");

    public void Dispose()
    {
        File.WriteAllText(Loader, _loader);
        Shell.Run("modprobe", "ip_vs");
        Shell.Run("ipvsadm", "-C");
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task WithoutIpvs_TheCommandLoadsIt()
    {
        Unload();
        Forbid();
        await using var gorb = new LoggedProcess(Repository.Gorb, "-l", "127.0.0.1:14603", "--state", "none");
        await gorb.LogsAsync("Now listening on");
        using var http = new HttpClient { BaseAddress = new Uri("http://127.0.0.1:14603") };

        var command = (await FindAsync(http, "ipvs-missing", isExpected: true)).GetProperty("command").GetString()!;
        Shell.Run("sh", "-c", command);

        await FindAsync(http, "ipvs-missing", isExpected: false);
    }

    /// <summary>The service was in the state file, and the kernel of the next start has no module for its scheduler.</summary>
    [Fact]
    public async Task WithoutAScheduler_TheCommandBringsTheServiceBack()
    {
        var gorb = await GorbProcess.StartAsync("--state", Path.Combine(_directory.FullName, "gorb.db"));
        await gorb.PutAsync("/service/web", """{"host": "10.9.0.100", "port": 80, "method": "lblcr"}""");
        await gorb.DisposeAsync();
        Shell.Run("ipvsadm", "-C");
        Shell.Run("rmmod", "ip_vs_lblcr");
        Forbid();
        gorb = await gorb.StartAgainAsync("--state", Path.Combine(_directory.FullName, "gorb.db"));
        await using var running = gorb;

        var command = (await FindAsync(gorb.Http, "scheduler-missing", isExpected: true)).GetProperty("command").GetString()!;
        Shell.Run("sh", "-c", command);

        await FindAsync(gorb.Http, "scheduler-missing", isExpected: false);
        await Eventually.Async(() => Task.FromResult(Shell.Ipvsadm().Any(static line => line.Contains("-s lblcr", StringComparison.Ordinal))), () => gorb.Log); // the repair follows SIGHUP
    }

    /// <summary>Each datagram of a new port is a connection; more than eight to a bucket crowd the table.</summary>
    [Fact]
    public async Task WithASmallTable_ALargerOneMendsIt()
    {
        const int bits = 8, connections = (8 << bits) + 64;
        Unload();
        Shell.Run("modprobe", "ip_vs", $"conn_tab_bits={bits}");
        await using (var gorb = await StartFilledAsync(connections))
        {
            (await FindAsync(gorb.Http, "connection-table-small", isExpected: true)).GetProperty("seen").GetString().Should().EndWith("connections in 256 buckets");
        }

        Unload();
        Shell.Run("modprobe", "ip_vs", "conn_tab_bits=12");
        await using var after = await StartFilledAsync(connections);
        await FindAsync(after.Http, "connection-table-small", isExpected: false);
    }

    private static async Task<GorbProcess> StartFilledAsync(int connections)
    {
        var gorb = await GorbProcess.StartAsync();
        await gorb.PutAsync("/service/dns", """{"host": "10.9.0.100", "port": 80, "protocol": "udp"}""");
        await gorb.PutAsync("/service/dns/b1", """{"host": "10.9.0.21", "port": 80}""");
        NetworkNamespace.Run(NetworkNamespace.Client, () =>
        {
            for (var i = 0; i < connections; i++)
            {
                using var socket = LabSocket.Create(AddressFamily.InterNetwork, TransportProtocol.Udp);
                socket.Bind(new IPEndPoint(IPAddress.Any, 20_000 + i));
                socket.SendTo("?"u8, new IPEndPoint(Network.Vip4, 80));
            }

            return connections;
        });
        return gorb;
    }

    private static void Unload() => Shell.Run("sh", "-c", "ipvsadm -C; rmmod $(lsmod | sed -n 's/^\\(ip_vs_[a-z_0-9]*\\) .*/\\1/p') ip_vs");

    /// <summary>Keeps the kernel from loading modules by itself; the doctor's command can.</summary>
    private static void Forbid() => File.WriteAllText(Loader, "/nonexistent\n");

    /// <summary>Waits until the doctor names a cause, or no longer does.</summary>
    private static async Task<JsonElement> FindAsync(HttpClient http, string code, bool isExpected)
    {
        JsonElement found = default;
        await Eventually.Async(
            async () =>
            {
                var report = JsonDocument.Parse(await http.GetStringAsync(new Uri("/doctor?probe=false", UriKind.Relative), TestContext.Current.CancellationToken)).RootElement;
                found = report.GetProperty("findings").EnumerateArray().FirstOrDefault(finding => finding.GetProperty("code").GetString() == code);
                return found.ValueKind == JsonValueKind.Object == isExpected;
            },
            () => $"{code}: {found}");
        return found;
    }
}
