namespace Gorb.Model.Checks;

/// <summary>The settings of a check, one record per type.</summary>
internal abstract record PulseArgs
{
    /// <summary>The type's name in the API.</summary>
    public abstract string Type { get; }

    /// <summary>The host to check instead of the backend: an address, or a name that is resolved for every check; null for the backend.</summary>
    public string? Host { get; init; }

    /// <summary>The port to check instead of the backend's; null for the backend's.</summary>
    public int? Port { get; init; }

    /// <summary>True if a check needs a port, its own or the backend's.</summary>
    public virtual bool NeedsPort => true;
}

/// <summary>No check: the backend counts as up.</summary>
internal sealed record NoneArgs : PulseArgs
{
    public override string Type => "none";

    public override bool NeedsPort => false;
}

/// <summary>Passes when a TCP connection is established.</summary>
internal sealed record TcpArgs : PulseArgs
{
    public override string Type => "tcp";
}

/// <summary>Passes when an ICMP echo request is answered.</summary>
internal sealed record PingArgs : PulseArgs
{
    public override string Type => "ping";

    public override bool NeedsPort => false;
}

/// <summary>Passes when a TLS handshake succeeds.</summary>
internal sealed record TlsArgs : PulseArgs
{
    public override string Type => "tls";

    public TlsTrust Trust { get; init; } = new();
}

/// <summary>How the server's certificate is validated.</summary>
/// <param name="Insecure">True to accept any certificate.</param>
/// <param name="ServerName">The name to request (SNI) and to find in the certificate; null for the host's name.</param>
internal sealed record TlsTrust(bool Insecure = false, string? ServerName = null);

/// <summary>Passes when an HTTP request gets the expected response. Redirects are not followed.</summary>
internal sealed record HttpArgs : PulseArgs
{
    public override string Type => Trust is null ? "http" : "https";

    /// <summary>The TLS settings; null for plain HTTP.</summary>
    public TlsTrust? Trust { get; init; }

    public string Method { get; init; } = "GET";

    /// <summary>Path and query, sent unchanged.</summary>
    public string Path { get; init; } = "/";

    public ValueList<HttpHeader> Headers { get; init; } = [];

    /// <summary>The statuses that pass.</summary>
    public ValueList<CodeRange> Expect { get; init; } = [new CodeRange(200, 200)];

    /// <summary>A text that the first 64 KiB of the body must contain, or null.</summary>
    public string? ExpectBody { get; init; }

    /// <summary>A regular expression that must match within the first 64 KiB of the body, or null.</summary>
    public string? ExpectRegex { get; init; }
}

/// <param name="Name">The name.</param>
/// <param name="Value">The value, or where it is found.</param>
/// <param name="Kind">What the value is.</param>
internal readonly record struct HttpHeader(string Name, string Value, HeaderKind Kind = HeaderKind.Text);

/// <summary>How the value of a header is given.</summary>
internal enum HeaderKind
{
    /// <summary>As a text.</summary>
    Text,

    /// <summary>As a text that is never shown: {"secret": "..."}.</summary>
    Secret,

    /// <summary>As the path of a file on the daemon's host: {"file": "..."}.</summary>
    File,

    /// <summary>As the name of a variable of the daemon's environment: {"env": "..."}.</summary>
    Env,
}

/// <summary>Sends a datagram; the answer, if one is expected, must contain the given bytes. An ICMP error is a failure.</summary>
internal sealed record UdpArgs : PulseArgs
{
    public override string Type => "udp";

    public ValueList<byte> Payload { get; init; } = [];

    /// <summary>The expected bytes; empty: any answer passes, and so does silence until the timeout.</summary>
    public ValueList<byte> Expect { get; init; } = [];
}

/// <summary>Passes when a name server answers a query.</summary>
internal sealed record DnsArgs : PulseArgs
{
    public override string Type => "dns";

    public required string Name { get; init; }

    /// <summary>A, AAAA, CNAME, MX, NS, PTR, SOA, SRV or TXT.</summary>
    public string RecordType { get; init; } = "A";

    /// <summary>The values that the answer must contain; empty for any answer without an error.</summary>
    public ValueList<string> Expect { get; init; } = [];

    /// <summary>True to query over TCP.</summary>
    public bool OverTcp { get; init; }
}

/// <summary>Passes when the standard gRPC health service answers SERVING.</summary>
internal sealed record GrpcArgs : PulseArgs
{
    public override string Type => "grpc";

    /// <summary>The service to ask about; empty for the server as a whole.</summary>
    public string Service { get; init; } = "";

    /// <summary>The TLS settings; null for plain HTTP/2.</summary>
    public TlsTrust? Trust { get; init; }
}

/// <summary>Passes when a program on this host exits with an expected status.</summary>
internal sealed record ExecArgs : PulseArgs
{
    public override string Type => "exec";

    public override bool NeedsPort => false;

    /// <summary>The absolute path of the program.</summary>
    public required string Program { get; init; }

    public ValueList<string> Arguments { get; init; } = [];

    /// <summary>The exit statuses that pass.</summary>
    public ValueList<CodeRange> Expect { get; init; } = [new CodeRange(0, 0)];
}
