using Google.Protobuf;
using Gorb.Etcd.Wire;

namespace Gorb.Etcd;

/// <summary>Changes that are all made, at one revision, if all conditions hold, and else none.</summary>
internal sealed class EtcdTransaction
{
    /// <summary>How many conditions, and how many changes, etcd accepts in one transaction.</summary>
    public const int MaxOperations = 128;

    /// <summary>How many bytes etcd accepts in one request.</summary>
    public const int MaxBytes = 3 * 1024 * 1024 / 2;

    private readonly TxnRequest _request = new();

    /// <summary>True if it changes something. One that only reads can be repeated.</summary>
    internal bool Writes { get; private set; }

    /// <summary>How many operations etcd counts: its conditions or its changes, whichever are more.</summary>
    public int Operations => Math.Max(_request.Compare.Count, Math.Max(_request.Success.Count, _request.Failure.Count));

    /// <summary>The size of the request.</summary>
    public int Bytes => _request.CalculateSize();

    /// <summary>Requires that a key was last written at a revision; 0: that it does not exist.</summary>
    public EtcdTransaction If(string key, long modRevision)
    {
        _request.Compare.Add(new Compare { Target = Compare.Types.CompareTarget.Mod, Key = ByteString.CopyFromUtf8(key), ModRevision = modRevision });
        return this;
    }

    /// <summary>Requires that a key does not exist.</summary>
    public EtcdTransaction IfMissing(string key) => If(key, 0);

    /// <summary>Requires that a key has been there since a revision, however often it was written.</summary>
    public EtcdTransaction IfCreatedAt(string key, long createRevision)
    {
        _request.Compare.Add(new Compare { Target = Compare.Types.CompareTarget.Create, Key = ByteString.CopyFromUtf8(key), CreateRevision = createRevision });
        return this;
    }

    /// <summary>Requires a key's value.</summary>
    public EtcdTransaction IfValue(string key, ReadOnlyMemory<byte> value)
    {
        _request.Compare.Add(new Compare { Target = Compare.Types.CompareTarget.Value, Key = ByteString.CopyFromUtf8(key), Value = UnsafeByteOperations.UnsafeWrap(value) });
        return this;
    }

    /// <summary>Writes a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="lease">The lease with which the key ends; 0 for none.</param>
    public EtcdTransaction Put(string key, ReadOnlyMemory<byte> value, long lease = 0) => Then(new RequestOp
    {
        RequestPut = new PutRequest { Key = ByteString.CopyFromUtf8(key), Value = UnsafeByteOperations.UnsafeWrap(value), Lease = lease },
    });

    /// <summary>Deletes keys; those that do not exist do not matter.</summary>
    public EtcdTransaction Delete(KeyRange keys) => Then(new RequestOp { RequestDeleteRange = new DeleteRangeRequest { Key = keys.Begin, RangeEnd = keys.End } });

    /// <summary>Reads a key, if the conditions do not hold, so that the caller learns what stands against it.</summary>
    public EtcdTransaction ElseGet(KeyRange keys)
    {
        _request.Failure.Add(new RequestOp { RequestRange = new RangeRequest { Key = keys.Begin, RangeEnd = keys.End } });
        return this;
    }

    /// <summary>The request.</summary>
    /// <exception cref="EtcdException">etcd would reject it for its size.</exception>
    internal TxnRequest ToRequest()
    {
        if (Operations > MaxOperations)
        {
            throw new EtcdException(EtcdFailure.Rejected, $"a transaction of {Operations} operations is larger than the {MaxOperations} that etcd accepts");
        }

        var bytes = Bytes;
        return bytes <= MaxBytes ? _request : throw new EtcdException(EtcdFailure.Rejected, $"a transaction of {bytes} bytes is larger than the {MaxBytes} that etcd accepts");
    }

    private EtcdTransaction Then(RequestOp change)
    {
        _request.Success.Add(change);
        Writes = true;
        return this;
    }
}

/// <summary>What became of a transaction.</summary>
/// <param name="IsDone">True if its conditions held, and so its changes are made.</param>
/// <param name="Revision">The revision of the changes; when they were not made, the one at which the conditions were compared.</param>
/// <param name="Read">What <see cref="EtcdTransaction.ElseGet"/> read, in the order of the calls and keys; empty when the changes are made.</param>
internal sealed record EtcdOutcome(bool IsDone, long Revision, IReadOnlyList<EtcdEntry> Read);
