using Gorb.Model.Checks;

namespace Gorb.Health.Probes;

/// <summary>Passes when a TLS handshake succeeds and the certificate is accepted.</summary>
internal sealed class TlsProbe : IAsyncProbe
{
    public async Task<string> RunAsync(ProbeTarget target, CancellationToken token)
    {
        var stream = await ProbeConnection.OpenTlsAsync(target, ((TlsArgs)target.Args).Trust, protocol: null, token).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            return stream.SslProtocol.ToString();
        }
    }
}
