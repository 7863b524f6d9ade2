using Gorb.Pulse.Epoll;

namespace Gorb.Pulse.Probes;

/// <summary>Gives every target to the prober of its type.</summary>
internal sealed class Probers(TcpProber tcp) : IProber
{
    private readonly Dictionary<Type, IProber> _byArgs = new()
    {
        [typeof(TcpArgs)] = tcp,
        [typeof(HttpArgs)] = new AsyncProber(new HttpProbe()),
        [typeof(TlsArgs)] = new AsyncProber(new TlsProbe()),
        [typeof(UdpArgs)] = new AsyncProber(new UdpProbe()),
        [typeof(DnsArgs)] = new AsyncProber(new DnsProbe()),
        [typeof(GrpcArgs)] = new AsyncProber(new GrpcProbe()),
        [typeof(PingArgs)] = new AsyncProber(new PingProbe()),
        [typeof(ExecArgs)] = new AsyncProber(new ExecProbe()),
    };

    public void Start(ProbeTarget target, IProbeSink sink, int ticket) => _byArgs[target.Args.GetType()].Start(target, sink, ticket);
}
