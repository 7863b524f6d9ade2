using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Model.Text;

namespace Gorb.Api;

/// <summary>The query member <c>drain</c> of a DELETE: a time, or an empty value for the default of the protocol.</summary>
internal sealed record DrainTime(TimeSpan? Given)
{
    /// <summary>The description of the member in the API reference.</summary>
    public const string Description = "A time such as 30s or 5m, 720h at most: no new connections, and removed when the last one ended or the time is up. "
        + "Without a value: 30s, and 5s for UDP, whose connections have no end to see, so that a UDP service waits for the whole time. Absent: removed at once.";

    private static readonly TimeSpan Most = TimeSpan.FromDays(30);

    /// <returns>The time; null when the member is absent, which means no drain.</returns>
    /// <exception cref="RequestException">The text is not a time, or the time is too long.</exception>
    public static DrainTime? Read(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return text is null ? null : new DrainTime((TimeSpan?)null);
        }

        return Duration.TryParse(text, out var time) && time <= Most
            ? new DrainTime(time)
            : throw RequestException.Invalid(new Problem("drain", text, $"must be a time such as 30s or 5m, {Duration.Format(Most)} at most"));
    }

    public TimeSpan For(Service service) => Given
        ?? (service.Spec.Key is { IsFirewallMark: false, Protocol: TransportProtocol.Udp } ? Drain.DefaultUdpTime : Drain.DefaultTime);
}
