namespace Gorb.Model.Checks;

/// <summary>What a check does; one record per type.</summary>
internal abstract record PulseArgs
{
    /// <summary>The type's name in the API.</summary>
    public abstract string Type { get; }

    /// <summary>Another host to check in place of the backend's: a name, resolved at every check, or an address.</summary>
    public string? Host { get; init; }

    /// <summary>Another port to check in place of the backend's.</summary>
    public int? Port { get; init; }

    /// <summary>True when a check cannot run without a port, be it the backend's.</summary>
    public virtual bool NeedsPort => true;
}

/// <summary>No check: the backend counts as up.</summary>
internal sealed record NoneArgs : PulseArgs
{
    public override string Type => "none";

    public override bool NeedsPort => false;
}

/// <summary>A TCP connection comes about.</summary>
internal sealed record TcpArgs : PulseArgs
{
    public override string Type => "tcp";
}

/// <summary>An ICMP echo is answered.</summary>
internal sealed record PingArgs : PulseArgs
{
    public override string Type => "ping";

    public override bool NeedsPort => false;
}

/// <summary>A TLS handshake comes about.</summary>
internal sealed record TlsArgs : PulseArgs
{
    public override string Type => "tls";

    public TlsTrust Trust { get; init; } = new();
}

/// <summary>How the other side's certificate is judged.</summary>
/// <param name="Insecure">Any certificate will do.</param>
/// <param name="ServerName">The name to ask for and to find in the certificate; null takes the host's.</param>
internal sealed record TlsTrust(bool Insecure = false, string? ServerName = null);

/// <summary>An HTTP request is answered as expected. Redirects are not followed.</summary>
internal sealed record HttpArgs : PulseArgs
{
    public override string Type => Trust is null ? "http" : "https";

    /// <summary>Null is plain HTTP.</summary>
    public TlsTrust? Trust { get; init; }

    public string Method { get; init; } = "GET";

    /// <summary>Path and query, as they go on the wire.</summary>
    public string Path { get; init; } = "/";

    public ValueList<HttpHeader> Headers { get; init; } = [];

    /// <summary>Statuses that pass.</summary>
    public ValueList<CodeRange> Expect { get; init; } = [new CodeRange(200, 200)];

    /// <summary>Text that the first 64 KiB of the body must contain, or null.</summary>
    public string? ExpectBody { get; init; }

    /// <summary>Regular expression that must match within the first 64 KiB of the body, or null.</summary>
    public string? ExpectRegex { get; init; }
}

internal readonly record struct HttpHeader(string Name, string Value);

/// <summary>A datagram is sent; the reply, if one is expected, contains the given bytes. An ICMP error is a failure.</summary>
internal sealed record UdpArgs : PulseArgs
{
    public override string Type => "udp";

    public ValueList<byte> Payload { get; init; } = [];

    /// <summary>Empty: silence until the timeout is a success, as is any reply.</summary>
    public ValueList<byte> Expect { get; init; } = [];
}

/// <summary>A name server answers a question.</summary>
internal sealed record DnsArgs : PulseArgs
{
    public override string Type => "dns";

    public required string Name { get; init; }

    /// <summary>A, AAAA, CNAME, MX, NS, PTR, SOA, SRV or TXT.</summary>
    public string RecordType { get; init; } = "A";

    /// <summary>Values that the answer must hold; empty: any answer without an error.</summary>
    public ValueList<string> Expect { get; init; } = [];

    /// <summary>Ask over TCP.</summary>
    public bool OverTcp { get; init; }
}

/// <summary>The standard gRPC health service says SERVING.</summary>
internal sealed record GrpcArgs : PulseArgs
{
    public override string Type => "grpc";

    /// <summary>The service asked about; empty is the server as a whole.</summary>
    public string Service { get; init; } = "";

    /// <summary>Null is plain HTTP/2.</summary>
    public TlsTrust? Trust { get; init; }
}

/// <summary>A program on this machine ends with an expected status.</summary>
internal sealed record ExecArgs : PulseArgs
{
    public override string Type => "exec";

    public override bool NeedsPort => false;

    /// <summary>Absolute path.</summary>
    public required string Program { get; init; }

    public ValueList<string> Arguments { get; init; } = [];

    /// <summary>Exit statuses that pass.</summary>
    public ValueList<CodeRange> Expect { get; init; } = [new CodeRange(0, 0)];
}
