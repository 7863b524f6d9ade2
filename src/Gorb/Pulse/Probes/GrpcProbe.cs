using System.Globalization;
using System.Net.Security;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;

namespace Gorb.Pulse.Probes;

/// <summary>The standard gRPC health service (grpc.health.v1.Health/Check) answers SERVING.</summary>
internal sealed class GrpcProbe : IAsyncProbe
{
    public async Task<string> RunAsync(ProbeTarget target, CancellationToken token)
    {
        var args = (GrpcArgs)target.Args;
        var judge = args.Trust is { } trust ? new CertificateJudge(trust, target.Host) : null;
        using var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ActivityHeadersPropagator = null,
            ConnectCallback = async (_, _) => await ProbeConnection.OpenAsync(target, token).ConfigureAwait(false),
        };
        if (judge is not null)
        {
            handler.SslOptions = judge.Options(SslApplicationProtocol.Http2);
        }

        using var channel = GrpcChannel.ForAddress(Address(target, judge is null ? "http" : "https"), new GrpcChannelOptions { HttpHandler = handler });
        try
        {
            var answer = await new Health.HealthClient(channel).CheckAsync(new HealthCheckRequest { Service = args.Service }, cancellationToken: token).ConfigureAwait(false);
            return answer.Status == HealthCheckResponse.Types.ServingStatus.Serving
                ? "SERVING"
                : throw new ProbeFailureException($"{Word(answer.Status)}, expected SERVING");
        }
        catch (RpcException) when (judge?.Objection is { } objection)
        {
            throw new ProbeFailureException(objection);
        }
        catch (RpcException error) when (error.StatusCode == StatusCode.NotFound)
        {
            throw new ProbeFailureException($"the server does not know the service \"{args.Service}\"");
        }
        catch (RpcException error) when (error.StatusCode == StatusCode.Unimplemented)
        {
            throw new ProbeFailureException("the server has no grpc.health.v1.Health service");
        }
    }

    private static string Address(ProbeTarget target, string scheme)
    {
        var host = target.Host.Contains(':', StringComparison.Ordinal) ? $"[{target.Host}]" : target.Host;
        return string.Create(CultureInfo.InvariantCulture, $"{scheme}://{host}:{target.Port}");
    }

    private static string Word(HealthCheckResponse.Types.ServingStatus status) => status switch
    {
        HealthCheckResponse.Types.ServingStatus.NotServing => "NOT_SERVING",
        HealthCheckResponse.Types.ServingStatus.ServiceUnknown => "SERVICE_UNKNOWN",
        _ => "UNKNOWN",
    };
}
