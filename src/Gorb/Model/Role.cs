namespace Gorb.Model;

/// <summary>What a client may do. Each role includes those before it, so that roles can be compared.</summary>
internal enum Role
{
    /// <summary>Requests that reveal nothing about the table and change nothing; every client may send them.</summary>
    Anyone,

    /// <summary>Reading: the table, the kernel's entries, metrics and events.</summary>
    Read,

    /// <summary>Operation of what exists: weight, drain and force of backends, announcements of addresses.</summary>
    Operate,

    /// <summary>Changing what is wanted: services, backends, documents.</summary>
    Write,

    /// <summary>Everything, including tokens and checks that run programs.</summary>
    Admin,
}
