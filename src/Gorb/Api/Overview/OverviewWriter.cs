using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Gorb.Api.Overview;

/// <summary>Writes an overview, or its changes since a revision as a JSON merge patch (RFC 7396).</summary>
/// <param name="output">Where it is written.</param>
/// <param name="since">The revision since which changes are written; <see cref="Nothing"/> for all there is.</param>
internal sealed class OverviewWriter(IBufferWriter<byte> output, long since) : IDisposable
{
    /// <summary>The revision before all others, since which everything has changed.</summary>
    public const long Nothing = -1;

    private static readonly JsonEncodedText Services = JsonEncodedText.Encode("services"), Backends = JsonEncodedText.Encode("backends"), Kernel = JsonEncodedText.Encode("kernel"),
        Checks = JsonEncodedText.Encode("checks"), Traffic = JsonEncodedText.Encode("traffic"), Revision = JsonEncodedText.Encode("revision"), KernelError = JsonEncodedText.Encode("kernel_error");

    private readonly Utf8JsonWriter _json = new(output);
    private readonly OverviewJson _views = since == Nothing ? OverviewJson.Default : OverviewJson.Patch;
    private string? _service;

    /// <summary>How many bytes were written.</summary>
    public long Written => _json.BytesCommitted + _json.BytesPending;

    public void Begin()
    {
        _json.WriteStartObject();
        _json.WriteStartObject(Services);
    }

    public void Write(OverviewChange change)
    {
        if (change is { Service: null })
        {
            Close();
            _json.WriteNull(change.Name);
            return;
        }

        Open(change.Name, change.Backend is null ? change.Service : null);
        if (change.Backend is not null)
        {
            WriteBackend(change.Backend, change.Row);
        }
    }

    /// <summary>Hands what is written to the output.</summary>
    public void Flush() => _json.Flush();

    /// <summary>Ends the object.</summary>
    /// <param name="revision">The revision that the reader has with this; null if more follows.</param>
    /// <param name="kernelError">Why the kernel could not be read.</param>
    public void End(string? revision, string? kernelError)
    {
        Close();
        _json.WriteEndObject();
        if (revision is not null)
        {
            _json.WriteString(Revision, revision);
            WriteMember(KernelError, kernelError);
        }

        _json.WriteEndObject();
        _json.Flush();
    }

    public void Dispose() => _json.Dispose();

    private void Open(string service, ServiceRow? row)
    {
        if (_service == service && row is null)
        {
            return;
        }

        Close();
        _service = service;
        _json.WriteStartObject(service);
        if (row is not null)
        {
            WriteService(row);
        }

        _json.WriteStartObject(Backends);
    }

    private void Close()
    {
        if (_service is not null)
        {
            _service = null;
            _json.WriteEndObject();
            _json.WriteEndObject();
        }
    }

    private void WriteService(ServiceRow row)
    {
        if (row.ChangedAt > since)
        {
            foreach (var member in JsonSerializer.SerializeToElement(row.View, _views.OverviewService).EnumerateObject())
            {
                member.WriteTo(_json);
            }
        }
        else if (row.TrafficAt > since)
        {
            WriteMember(Traffic, row.View.Traffic, _views.OverviewTraffic);
        }
    }

    private void WriteBackend(string name, BackendRow? row)
    {
        if (row is null)
        {
            _json.WriteNull(name);
        }
        else if (row.ChangedAt > since)
        {
            _json.WritePropertyName(name);
            JsonSerializer.Serialize(_json, row.View, _views.OverviewBackend);
        }
        else
        {
            _json.WriteStartObject(name);
            WriteParts(row);
            _json.WriteEndObject();
        }
    }

    private void WriteParts(BackendRow row)
    {
        if (row.KernelAt > since)
        {
            WriteMember(Kernel, row.View.Kernel, _views.OverviewKernel);
        }

        if (row.ChecksAt > since)
        {
            _json.WritePropertyName(Checks);
            JsonSerializer.Serialize(_json, row.View.Checks, _views.ValueListOverviewCheck);
        }
    }

    private void WriteMember(JsonEncodedText name, string? value)
    {
        if (value is not null || since != Nothing)
        {
            _json.WriteString(name, value);
        }
    }

    private void WriteMember<T>(JsonEncodedText name, T? value, JsonTypeInfo<T> type) where T : class
    {
        _json.WritePropertyName(name);
        if (value is null)
        {
            _json.WriteNullValue();
        }
        else
        {
            JsonSerializer.Serialize(_json, value, type);
        }
    }
}
