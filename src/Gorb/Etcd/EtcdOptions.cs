using System.Net.Security;

namespace Gorb.Etcd;

/// <summary>How an etcd cluster is reached.</summary>
/// <param name="Endpoints">The members, as http://HOST:PORT or https://HOST:PORT; at least one.</param>
internal sealed record EtcdOptions(IReadOnlyList<Uri> Endpoints)
{
    /// <summary>Makes the options of a TLS connection to a member, for https; null for those of this host.</summary>
    public Func<Uri, SslClientAuthenticationOptions>? Tls { get; init; }

    /// <summary>The user and the password; null when etcd asks for none.</summary>
    public EtcdLogin? Login { get; init; }

    /// <summary>The deadline of a call for which the caller names none, over all members that are tried.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The time in which a member must accept a connection, TLS included.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often a watch asks its member for a sign of life.</summary>
    public TimeSpan WatchProbeInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The silence after which a watch is given up and begun again, at another member if there is one.</summary>
    public TimeSpan WatchSilence { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How often a watch lists everything again, for what a defect of either side may have lost.</summary>
    public TimeSpan RelistInterval { get; init; } = TimeSpan.FromMinutes(1);
}

/// <summary>The user whose rights a client has.</summary>
/// <param name="User">The name.</param>
/// <param name="ReadPassword">Gets the password. It is asked for at each login, so that a new one in its file counts without a restart.</param>
internal sealed record EtcdLogin(string User, Func<string> ReadPassword);
