using System.Net;
using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Targets;
using Gorb.Targets.Host;

namespace Gorb.Tests.Targets.Host;

/// <summary>The target of kernel settings, on files of the test's own, with a host that has one network on eth0.</summary>
public abstract class SysctlTest : IDisposable
{
    private protected const string NoDestination = "net.ipv4.vs.expire_nodest_conn", Template = "net.ipv4.vs.expire_quiescent_template", Forward = "net.ipv4.ip_forward";

    private protected SettingsFolder Files { get; } = new();

    private protected LogLines<Sysctls> Log { get; } = new();

    private protected SysctlRestorer Restorer { get; } = new();

    private protected static HostFacts Facts { get; } = new(
        new Version(6, 1),
        [new DeviceAddress("eth0", IPAddress.Parse("10.9.0.1"), 24, AnswersArp: true), new DeviceAddress("gorb0", IPAddress.Parse("10.9.0.100"), 32, AnswersArp: false)],
        new Lazy<IReadOnlyList<string>>([]));

    public void Dispose()
    {
        Files.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected Sysctls Make(SysctlMode mode) => new(Files.Files, mode, Log);

    private protected SysctlTarget Target(Sysctls sysctls) => new(sysctls, Restorer, () => Facts);

    /// <summary>Compares the settings with the table's needs and repairs them, as the writer does.</summary>
    private protected static IReadOnlyList<ChangeFailure> Compare(SysctlTarget target, Table? wanted = null)
    {
        var repair = target.Observe().Plan(wanted ?? Table.Empty);
        repair.Record();
        return [.. repair.ApplyUp(Table.Empty), .. repair.ApplyDown(Table.Empty)];
    }

    /// <summary>A table of one service with one backend.</summary>
    private protected static Table TableOf(string backend, ForwardingMethod method, string address = "10.9.0.200")
    {
        var spec = new ServiceSpec { Key = ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse(address), 80) };
        var real = new BackendSpec { Host = backend, Address = IPAddress.Parse(backend), Port = 80, Method = method };
        return Table.Empty.With(new Service("web", spec, Backends.Of([new Backend("b1", real, default)])));
    }
}
