namespace Gorb.Model;

/// <summary>How much the services of a table hold together.</summary>
internal readonly record struct TableSize(int Backends, int Checks)
{
    public TableSize With(Service service) => new(Backends + service.Backends.Count, Checks + service.Backends.Checks.Total(service.Spec.Pulse));

    public TableSize Without(Service? service) =>
        service is null ? this : new(Backends - service.Backends.Count, Checks - service.Backends.Checks.Total(service.Spec.Pulse));
}
